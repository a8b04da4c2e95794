const isMac = typeof navigator !== "undefined" && navigator.platform.startsWith("Mac");

/** A shortcut such as `Mod+K`, as the keys of this machine. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {(keys === "+" ? ["+"] : keys.split("+")).map((key) => (
        <kbd
          key={key}
          className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong px-1 font-sans text-xs text-text-2"
        >
          {key === "Mod" ? (isMac ? "⌘" : "Ctrl") : key}
        </kbd>
      ))}
    </span>
  );
}
