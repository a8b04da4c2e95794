import type { Execution } from "@/api/types";
import type { Run, Visit } from "./fold";

/** What a run stands still for, read from its events; null when something of it is at work, or nothing has begun. */
export function waitsOf(run: Run): NonNullable<Visit["waits"]>["for"] | null {
  if (run.end !== null) return null;
  const open = openLeaves(run.visits);
  const isAtWork = open.some((visit) => visit.state !== "waiting");
  return isAtWork ? null : (open.find((visit) => visit.waits !== null)?.waits?.for ?? null);
}

/** The same beside what the server says of it, which alone knows of the queue and of attempts to come. */
export function standsStillFor(run: Run | null, { waitingOn }: Pick<Execution, "waitingOn">): string | null {
  const said = waitingOn?.kind ?? null;
  if (!run) return said;
  return waitsOf(run) ?? (run.end === null && (said === "queue" || said === "retry") ? said : null);
}

/** The open bars that hold no other open bar: a call stands open as long as what it called does. */
function openLeaves(visits: Visit[]): Visit[] {
  return visits.filter((visit) => visit.end === null).flatMap((visit) => {
    const inside = openLeaves(visit.children);
    return inside.length > 0 ? inside : [visit];
  });
}
