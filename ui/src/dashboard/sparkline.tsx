import type { ExecutionSummary } from "@/api/types";
import { duration } from "@/parts/time";

const COLOURS = { success: "bg-success", error: "bg-failed", timeout: "bg-failed", running: "bg-running" };

/** The last runs, oldest first: the height is the duration, the colour how it ended. */
export function Sparkline({ runs }: { runs: ExecutionSummary[] }) {
  const longest = Math.max(1, ...runs.map((run) => run.durationMs ?? 0));
  const failed = runs.filter((run) => run.status === "error" || run.status === "timeout").length;
  const text = `The last ${runs.length} runs: ${failed === 0 ? "none failed" : `${failed} failed`}; the longest took ${duration(longest)}`;
  return (
    <div role="img" aria-label={text} title={text} className="flex h-5 items-end gap-px">
      {runs.toReversed().map((run) => (
        <span
          key={run.id}
          className={`w-[3px] rounded-[1px] ${COLOURS[run.status]} ${run.status === "success" ? "opacity-70" : ""}`}
          style={{ height: `${Math.max(15, ((run.durationMs ?? longest) / longest) * 100)}%` }}
        />
      ))}
    </div>
  );
}
