import { send } from "./call";
import type { StepEvent } from "./types";

/** How long to wait before a broken stream is taken up again, in milliseconds: the first try, and the longest. */
const RETRY_MS = { first: 400, longest: 8_000 };

/** A piece of a text that a model writes; in no record until its step is done. */
export interface Delta {
  step: number;
  listener: string;
  attempt: number;
  /** Whether what earlier attempts said is void. */
  restart?: boolean;
  text: string;
}

/** What a follower is told. */
export interface Follower {
  onEvents(events: StepEvent[]): void;
  onSaid(deltas: Delta[]): void;
  onState(state: "live" | "reconnecting" | "ended"): void;
}

/**
 * Follows an execution until it ends; a broken stream goes on after the last event seen.
 *
 * Reads with fetch, because an `EventSource` cannot send the personal token.
 */
export async function follow(flow: string, execution: string, follower: Follower, signal: AbortSignal): Promise<void> {
  let last: number | null = null;
  let pause = RETRY_MS.first;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (last !== null) headers["last-event-id"] = String(last);
      // eslint-disable-next-line no-await-in-loop -- one connection after the other
      const response = await send("get", "/flows/{flowId}/executions/{executionId}/events", { path: { flowId: flow, executionId: execution }, headers, signal });
      follower.onState("live");
      // eslint-disable-next-line no-await-in-loop
      for await (const { events, deltas } of read(response)) {
        if (deltas.length > 0) follower.onSaid(deltas);
        if (events.length === 0) continue;
        follower.onEvents(events);
        last = events.at(-1)?.seq ?? last;
        pause = RETRY_MS.first;
        if (events.some((event) => event.kind === "ended")) return follower.onState("ended");
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error)) throw error;
    }
    follower.onState("reconnecting");
    // eslint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, RETRY_MS.longest);
  }
}

/** A 4xx stays what it is, however often it is asked. */
function isFinal(error: unknown): boolean {
  const status = (error as { status?: number }).status ?? 0;
  return status >= 400 && status < 500 && status !== 429;
}

async function* read(response: Response): AsyncGenerator<{ events: StepEvent[]; deltas: Delta[] }> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = "";
  for (;;) {
    // eslint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read();
    if (done) return;
    const { rest: unfinished, ...told } = parse(rest + value);
    rest = unfinished;
    yield told;
  }
}

/** The whole events of a piece of stream, what models said between them, and what is left of the last. */
export function parse(text: string): { events: StepEvent[]; deltas: Delta[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events: StepEvent[] = [];
  const deltas: Delta[] = [];
  for (const block of blocks) {
    const lines = block.split("\n");
    const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
    if (data.length === 0) continue;
    const told: unknown = JSON.parse(data.join("\n"));
    if (lines.some((line) => line.trim() === "event: delta")) deltas.push(told as Delta);
    else events.push(told as StepEvent);
  }
  return { events, deltas, rest };
}
