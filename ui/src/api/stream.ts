import { send } from "./call";
import type { StepEvent } from "./types";

/** How long to wait before a broken stream is taken up again, in milliseconds: the first try, and the longest. */
const RETRY_MS = { first: 400, longest: 8_000 };

/** What a follower is told. */
export interface Follower {
  onEvents(events: StepEvent[]): void;
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
      for await (const events of read(response)) {
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

async function* read(response: Response): AsyncGenerator<StepEvent[]> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = "";
  for (;;) {
    // eslint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read();
    if (done) return;
    const { events, rest: unfinished } = parse(rest + value);
    rest = unfinished;
    if (events.length > 0) yield events;
  }
}

/** The whole events of a piece of stream, and what is left of the last. */
export function parse(text: string): { events: StepEvent[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const data = blocks.map((block) =>
    block
      .split("\n")
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trimStart())
      .join("\n"),
  );
  return { events: data.filter((text) => text !== "").map((text) => JSON.parse(text) as StepEvent), rest };
}
