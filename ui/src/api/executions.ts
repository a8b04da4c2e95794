import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Execution, ExecutionStatus, ExecutionSummary, Json, Page, StepEvent } from "./types";

export const executionsPage = (flow: string, page: number, pageSize: number, status: ExecutionStatus | null) => {
  const query = new URLSearchParams({ page: String(page), pageSize: String(pageSize) });
  if (status) query.set("statusFilter", status);
  return queryOptions({
    queryKey: ["flow", flow, "executions", status, page, pageSize],
    queryFn: ({ signal }) => ask<Page<ExecutionSummary>>(`/flows/${flow}/executions?${query}`, { signal }),
  });
};

export const executionQuery = (flow: string, id: string) =>
  queryOptions({
    queryKey: ["execution", id],
    queryFn: ({ signal }) => ask<Execution>(`/flows/${flow}/executions/${id}`, { signal }),
  });

/** All events of an execution, page by page. */
export async function allEvents(flow: string, id: string, signal: AbortSignal): Promise<StepEvent[]> {
  const events: StepEvent[] = [];
  for (;;) {
    const last = events.at(-1);
    const after = last ? `&after=${last.seq}` : "";
    const path = `/flows/${flow}/executions/${id}/events?limit=1000${after}`;
    // eslint-disable-next-line no-await-in-loop -- a page says whether there is another
    const page = await ask<{ items: StepEvent[]; hasMore: boolean }>(path, { signal });
    events.push(...page.items);
    if (!page.hasMore) return events;
  }
}

export const runFlow = (flow: string, inputPayload: Json) =>
  ask<Execution>(`/flows/${flow}/executions/run`, { method: "POST", body: { inputPayload } });

/** Runs a finished execution again with what its trigger brought, on the text as it is now. */
export const replay = (flow: string, id: string) =>
  ask<Execution>(`/flows/${flow}/executions/${id}/replay`, { method: "POST", body: { on: "current" } });
