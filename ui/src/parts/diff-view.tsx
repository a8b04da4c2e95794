import { clsx } from "clsx";
import { Fragment, useMemo } from "react";
import { type DiffLine, diff } from "./diff";
import { plural } from "./time";

/** How many unchanged lines are shown around a change. */
const CONTEXT = 3;

interface Props {
  before: string;
  after: string;
  /** What the two texts are called. */
  names: { before: string; after: string };
  /** What to say where they do not differ. */
  same: string;
}

/** What differs between two texts, with a few lines around it. */
export function DiffView({ before, after, names, same }: Props) {
  const lines = useMemo(() => near(diff(before, after)), [before, after]);
  if (lines.length === 0) return <p className="text-text-2">{same}</p>;
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return (
    <>
      <p className="mb-2 flex gap-4 text-xs text-text-2">
        <span className="text-failed">
          − {names.before} <span className="sr-only">{plural(count("theirs"), "line")}</span>
        </span>
        <span className="text-success">
          + {names.after} <span className="sr-only">{plural(count("mine"), "line")}</span>
        </span>
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto rounded-md border border-line bg-bg py-2 font-mono text-xs leading-5">
        {lines.map((line, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
          <Fragment key={place}>
            {line.gap && <span className="block px-3 text-text-3 select-none">⋯</span>}
            <span className={clsx("block px-3", LOOKS[line.kind])}>
              {SIGNS[line.kind]}
              {line.text}
            </span>
          </Fragment>
        ))}
      </pre>
    </>
  );
}

const SIGNS = { mine: "+ ", theirs: "− ", same: "  " };
const LOOKS = { mine: "bg-success-soft text-success", theirs: "bg-failed-soft text-failed", same: "text-text-2" };

/** The changed lines and those around them; where lines are left out, the next says so. */
function near(lines: DiffLine[]): (DiffLine & { gap: boolean })[] {
  const isShown = lines.map((_, place) => lines.slice(Math.max(0, place - CONTEXT), place + CONTEXT + 1).some((one) => one.kind !== "same"));
  return lines
    .map((line, place) => ({ ...line, gap: place > 0 && !isShown[place - 1] }))
    .filter((_, place) => isShown[place]);
}
