import { Status } from "@/parts/status";
import { duration } from "@/parts/time";
import { Failure } from "./failure";
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
      {run.error && <Failure error={run.error} />}
      {run.status === "success" && <Payload label="Output" value={run.output} />}
      <Payload label="Input" value={run.input} root="trigger.payload" />
      <p className="text-xs text-text-3">Select a listener to see what came in there and what went out.</p>
    </div>
  );
}
