/** A message of the server: what stands in backticks is from the text. */
export function Ticked({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((piece, place) =>
    place % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- pieces have no other name
      <code key={place} className="rounded-sm bg-hover px-1 font-mono text-[0.92em]">
        {piece}
      </code>
    ) : (
      piece
    ),
  );
}
