import { useState } from "react";
import { CircleDashed } from "lucide-react";
import { Empty } from "@/parts/states";
import { flatten, useRun } from "./run-store";
import { VisitDetail } from "./visit-detail";

/** What a listener did in the execution on the canvas: each visit, one at a time. */
export function ListenerRuns({ name }: { name: string }) {
  const run = useRun((state) => state.run);
  const pinned = useRun((state) => state.pinned);
  const [wished, setPlace] = useState<number | null>(null);
  const visits = run ? flatten(run.visits).filter((one) => one.listener === name && (one.kind === "step" || one.kind === "agent")) : [];
  const pinnedPlace = visits.findIndex((one) => one.id === pinned);
  const place = Math.min(wished ?? (pinnedPlace === -1 ? visits.length - 1 : pinnedPlace), visits.length - 1);
  const visit = visits[place];
  if (!visit) {
    return (
      <Empty icon={<CircleDashed size={20} />} title={run?.end === null ? "Not reached yet" : "Not reached in this run"}>
        No message came to {name}.
      </Empty>
    );
  }
  return (
    <div className="flex flex-col gap-3 p-4">
      {visits.length > 1 && (
        <label className="flex items-center gap-2 text-text-2">
          Visit
          <input type="range" min={0} max={visits.length - 1} value={place} onChange={(event) => setPlace(Number(event.target.value))} className="flex-1 accent-accent" />
          <span className="tabular">
            {place + 1} of {visits.length}
          </span>
        </label>
      )}
      <VisitDetail visit={visit} />
    </div>
  );
}
