import { Status } from "@/parts/status";
import { Ticked } from "@/parts/ticked";
import { duration } from "@/parts/time";
import { Payload } from "./json-tree";
import { useRun } from "./run-store";
import { waitsOf } from "./waits";

/** What a run took and what it gave, while none of its listeners is selected. */
export function WholeRun() {
  const run = useRun((state) => state.run);
  if (!run) return null;
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="flex items-center gap-3">
        <Status word={waitsOf(run) ? "waiting" : run.status} />
        {run.end !== null && run.start !== null && <span className="text-text-2 tabular">{duration(run.end - run.start)}</span>}
      </p>
      {run.error && (
        <div role="alert" className="rounded-md border border-failed/50 bg-failed-soft p-2.5">
          <p className="break-words">
            <Ticked text={run.error.message} />
          </p>
          <p className="font-mono text-xs text-text-2">{run.error.code}</p>
        </div>
      )}
      {run.status === "success" && <Payload label="Output" value={run.output} />}
      <Payload label="Input" value={run.input} root="trigger.payload" />
      <p className="text-xs text-text-3">Select a listener to see what came in there and what went out.</p>
    </div>
  );
}
