import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { components, operations } from "./schema";
import type { Json, StepEvent } from "./types";

/** Executions over all flows that are like `query`, from a place on. */
export const searchExecutions = (query: Omit<NonNullable<operations["searchExecutions"]["parameters"]["query"]>, "cursor" | "pageSize">, cursor: string, signal: AbortSignal) =>
  ask("get", "/executions", { query: { ...query, pageSize: 200, ...(cursor ? { cursor } : {}) }, signal });

/** How many executions ended in each of the last hours: of all flows together, of one, or of each. */
export const runSeriesQuery = (hours: number, { flowId, byFlow = false }: { flowId?: string | undefined; byFlow?: boolean } = {}) =>
  queryOptions({
    queryKey: ["executions", "series", hours, flowId, byFlow],
    queryFn: ({ signal }) => ask("get", "/executions/series", { query: { step: "hour", steps: hours, byFlow, ...(flowId ? { flowId } : {}) }, signal }),
    refetchInterval: 15_000,
  });

export const executionQuery = (flowId: string, executionId: string) =>
  queryOptions({
    queryKey: ["execution", executionId],
    queryFn: ({ signal }) => ask("get", "/flows/{flowId}/executions/{executionId}", { path: { flowId, executionId }, signal }),
  });

/** All events of an execution, page by page. */
export async function allEvents(flowId: string, executionId: string, signal: AbortSignal): Promise<StepEvent[]> {
  const events: StepEvent[] = [];
  for (;;) {
    const last = events.at(-1);
    const query = { limit: 1_000, ...(last ? { after: last.seq } : {}) };
    // eslint-disable-next-line no-await-in-loop -- a page says whether there is another
    const page = await ask("get", "/flows/{flowId}/executions/{executionId}/events", { path: { flowId, executionId }, query, signal });
    events.push(...(page.items as StepEvent[]));
    if (!page.hasMore) return events;
  }
}

export const runFlow = (flowId: string, inputPayload: Json) => ask("post", "/flows/{flowId}/executions/run", { path: { flowId }, body: { inputPayload } });

/**
 * Runs a finished execution again on the text as it is now: with what its trigger brought, or from a step, known by the
 * seq of any of its events. What owes nothing to that step is taken as it was recorded.
 */
export const replay = (flowId: string, executionId: string, fromStep: number | null = null) =>
  ask("post", "/flows/{flowId}/executions/{executionId}/replay", { path: { flowId, executionId }, body: { on: "current", fromStep } });

/** Runs every execution again that the request names, at most as many as one request takes. */
export const replayMany = (flowId: string, body: components["schemas"]["ReplayManyRequest"]) =>
  ask("post", "/flows/{flowId}/executions/replay", { path: { flowId }, body });

export const cancelExecution = (flowId: string, executionId: string) =>
  ask("post", "/flows/{flowId}/executions/{executionId}/cancel", { path: { flowId, executionId } });
