import { queryOptions } from "@tanstack/react-query";
import { type Answer, ask, call } from "./call";
import type { CanvasState, Diagnostic, Flow, FlowSummary, Handler, Page, Stats } from "./types";

/** The largest page that the server gives. */
const PAGE_SIZE = 200;

export const flowsQuery = queryOptions({
  queryKey: ["flows"],
  queryFn: ({ signal }) => allFlows(signal),
  refetchInterval: 15_000,
});

export const flowQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", id],
    queryFn: ({ signal }) => call<Flow>(`/flows/${id}`, { signal }),
    refetchOnWindowFocus: true,
  });

export const statsQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", id, "stats"],
    queryFn: ({ signal }) => ask<Stats>(`/flows/${id}/executions/stats`, { signal }),
    staleTime: 5_000,
  });

export const handlersQuery = queryOptions({
  queryKey: ["handlers"],
  queryFn: ({ signal }) => ask<Handler[]>("/handlers", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

async function allFlows(signal: AbortSignal): Promise<FlowSummary[]> {
  const flows: FlowSummary[] = [];
  for (let page = 1; ; page += 1) {
    // eslint-disable-next-line no-await-in-loop -- a page says whether there is another
    const answer = await ask<Page<FlowSummary>>(`/flows?page=${page}&pageSize=${PAGE_SIZE}`, { signal });
    flows.push(...answer.items);
    if (!answer.hasMore) return flows;
  }
}

/** What a new flow begins with. */
export interface FlowDraft {
  name: string;
  description?: string | null;
  organismYaml?: string;
  canvasState?: CanvasState | null;
}

export const createFlow = (draft: FlowDraft) => ask<Flow>("/flows", { method: "POST", body: draft });

export const updateFlow = (id: string, change: Partial<FlowDraft>, ifMatch: string | null): Promise<Answer<Flow>> =>
  call<Flow>(`/flows/${id}`, { method: "PATCH", body: change, ifMatch });

export const deleteFlow = (id: string) => ask<null>(`/flows/${id}`, { method: "DELETE" });

export const startFlow = (id: string) => call<Flow>(`/flows/${id}/start`, { method: "POST" });

export const stopFlow = (id: string) => call<Flow>(`/flows/${id}/stop`, { method: "POST" });

export const validateText = (organismYaml: string, signal?: AbortSignal) =>
  ask<{ valid: boolean; diagnostics: Diagnostic[] }>("/flows/validate", {
    method: "POST",
    body: { organismYaml },
    ...(signal ? { signal } : {}),
  });
