import { useQuery } from "@tanstack/react-query";
import { runSeriesQuery } from "@/api/executions";
import { count, duration, plural } from "@/parts/time";
import { byHour, type Column } from "./hours";

const HOURS = 48;
const HEIGHT_PX = 40;
/** With what stands around it. */
const WHOLE_PX = 77;

/** How many runs ended in each of the last hours, of all flows or of one: failed ones below the others. */
export function RunChart({ flowId }: { flowId?: string }) {
  const series = useQuery(runSeriesQuery(HOURS, { flowId }));
  const points = series.data?.points;
  // The list below does not move when the chart comes.
  if (series.isPending) return <div aria-hidden className="shrink-0 border-b border-line" style={{ height: WHOLE_PX }} />;
  if (!points || points.length === 0) return null;
  const columns = byHour(points, HOURS);
  const most = Math.max(...columns.map((column) => column.good + column.bad));
  const good = columns.reduce((sum, column) => sum + column.good, 0);
  const bad = columns.reduce((sum, column) => sum + column.bad, 0);
  const slowest = Math.max(...points.map((point) => point.p95Ms ?? 0));
  const text = `${plural(good + bad, "run")} in ${HOURS} hours, ${count(bad)} failed`;
  return (
    <figure className="shrink-0 border-b border-line px-4 py-2">
      <div role="img" aria-label={text} className="flex items-end gap-px" style={{ height: HEIGHT_PX }}>
        {columns.map((column) => (
          <span key={column.at} title={tip(column)} className="flex h-full min-w-0 flex-1 flex-col justify-end border-b border-line">
            <span className="rounded-t-[1px] bg-success opacity-70" style={{ height: `${(column.good / most) * 100}%` }} />
            <span className="bg-failed" style={{ height: `${(column.bad / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <figcaption className="mt-1 flex gap-x-4 text-xs text-text-3 tabular">
        <span>{text}</span>
        {slowest > 0 && <span className="max-sm:hidden">19 of 20 within {duration(slowest)}</span>}
        <span aria-hidden className="ml-auto">
          now
        </span>
      </figcaption>
    </figure>
  );
}

function tip({ at, good, bad }: Column): string {
  const when = new Date(at).toLocaleString(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  return `${when}: ${plural(good + bad, "run")}${bad > 0 ? `, ${bad} failed` : ""}`;
}
