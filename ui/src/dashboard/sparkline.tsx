import type { Column } from "@/executions/hours";
import { plural } from "@/parts/time";

/** Runs by the hour, the oldest first: the height is how many, what failed lies below in its colour. */
export function Sparkline({ columns }: { columns: Column[] }) {
  const most = Math.max(1, ...columns.map((column) => column.good + column.bad));
  const all = columns.reduce((sum, column) => sum + column.good + column.bad, 0);
  const failed = columns.reduce((sum, column) => sum + column.bad, 0);
  const text = `${plural(all, "run")} in ${columns.length} hours, ${failed === 0 ? "none failed" : `${failed} failed`}`;
  return (
    <div role="img" aria-label={text} title={text} className="flex h-5 w-24 items-end gap-px">
      {columns.map((column) => (
        <span key={column.at} className="flex h-full flex-1 flex-col justify-end border-b border-line">
          <span className="rounded-t-[1px] bg-success opacity-70" style={{ height: height(column.good, most) }} />
          <span className="bg-failed" style={{ height: height(column.bad, most) }} />
        </span>
      ))}
    </div>
  );
}

/** Whatever happened is seen, next to an hour with a thousand times as much. */
const height = (runs: number, most: number) => (runs === 0 ? "0" : `${Math.max(12, (runs / most) * 100)}%`);
