import { queryOptions } from "@tanstack/react-query";
import { type Answer, ask, call } from "./call";
import type { components } from "./schema";
import type { Flow, FlowSummary, Handler, Schema } from "./types";

/** The largest page that the server gives. */
const PAGE_SIZE = 200;

export const flowsQuery = queryOptions({
  queryKey: ["flows"],
  queryFn: ({ signal }) => allFlows(signal),
  // Whoever has very many pages of them reads them less often.
  refetchInterval: ({ state }) => Math.max(15_000, (state.data?.length ?? 0) * 10),
});

/** The flows as they are known: for whom their names are enough, and who asks for nothing by opening a list. */
export const knownFlowsQuery = queryOptions({ ...flowsQuery, staleTime: 60_000 });

export const flowQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", id],
    queryFn: ({ signal }) => readFlow(id, signal),
    refetchOnWindowFocus: true,
  });

export const statsQuery = (id: string) =>
  queryOptions({
    queryKey: ["flow", id, "stats"],
    queryFn: ({ signal }) => ask("get", "/flows/{flowId}/executions/stats", { path: { flowId: id }, signal }),
    staleTime: 5_000,
  });

export const handlersQuery = queryOptions({
  queryKey: ["handlers"],
  queryFn: ({ signal }) => ask("get", "/handlers", { signal }) as Promise<Handler[]>,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The JSON Schema of a flow's text, which is the server's and not the API's. */
export const organismSchemaQuery = queryOptions({
  queryKey: ["organism-schema"],
  queryFn: async ({ signal }) => (await (await fetch("/schema/organism.json", { signal })).json()) as Schema,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The first page says how many there are; the others are asked for together. */
async function allFlows(signal: AbortSignal): Promise<FlowSummary[]> {
  const read = (page: number) => ask("get", "/flows", { query: { page, pageSize: PAGE_SIZE }, signal });
  const first = await read(1);
  const others = Math.ceil(first.total / PAGE_SIZE) - 1;
  const rest = await Promise.all(Array.from({ length: Math.max(0, others) }, (_, place) => read(place + 2)));
  // One that is made meanwhile pushes another over to the next page, where it stands once more.
  const flows = new Map([first, ...rest].flatMap((page) => page.items.map((flow) => [flow.id, flow])));
  return [...flows.values()];
}

/** What a new flow begins with. */
export type FlowDraft = components["schemas"]["CreateFlowRequest"];

export const readFlow = (flowId: string, signal?: AbortSignal): Promise<Answer<Flow>> =>
  call("get", "/flows/{flowId}", { path: { flowId }, ...(signal ? { signal } : {}) });

export const createFlow = (body: FlowDraft) => ask("post", "/flows", { body });

export const updateFlow = (flowId: string, body: Partial<FlowDraft>, ifMatch: string | null) =>
  call("patch", "/flows/{flowId}", { path: { flowId }, body, ifMatch });

export const deleteFlow = (flowId: string) => ask("delete", "/flows/{flowId}", { path: { flowId } });

export const startFlow = (flowId: string) => call("post", "/flows/{flowId}/start", { path: { flowId } });

export const stopFlow = (flowId: string) => call("post", "/flows/{flowId}/stop", { path: { flowId } });

/** How well the listeners of a flow's text fit each other, saved or not. */
export const fitFlow = (flowId: string, organismYaml: string, signal: AbortSignal) => ask("post", "/flows/{flowId}/fit", { path: { flowId }, body: { organismYaml }, signal });

export const validateText = (organismYaml: string, signal: AbortSignal) => ask("post", "/flows/validate", { body: { organismYaml }, signal });
