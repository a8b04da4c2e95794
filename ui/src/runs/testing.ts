
import type { StepEvent } from "@/api/types";

/** An event for tests: a second for each seq. */
export const event = (seq: number, kind: StepEvent["kind"], more: Partial<StepEvent> = {}): StepEvent => ({
  seq,
  at: new Date(1_000 * seq).toISOString(),
  kind,
  listener: "a",
  step: null,
  attempt: null,
  frame: 0,
  input: null,
  output: null,
  error: null,
  durationMs: null,
  tokens: null,
  to: [],
  details: null,
  ...more,
});
