import type { Execution } from "@/api/types";
import type { StatusWord } from "@/parts/status";

/** What is seen of an execution: one that only stands and waits is not at work. */
export function stateOf({ status, waitingOn }: Pick<Execution, "status"> & { waitingOn?: object | null }): StatusWord {
  return status === "running" && waitingOn ? "waiting" : status;
}

const WAITS_FOR: Record<string, string> = {
  queue: "its turn",
  retry: "another attempt",
  delay: "a moment",
  approval: "a person",
  flow: "another flow",
};

/** What an execution stands still for: "for a person". */
export const waitsFor = (kind: string): string => `for ${WAITS_FOR[kind] ?? kind}`;
