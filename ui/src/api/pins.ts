import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Json } from "./types";

/** The answers that stand in for listeners' work when a flow is tried out. */
export const pinsQuery = (flowId: string) =>
  queryOptions({
    queryKey: ["flow", flowId, "pins"],
    queryFn: ({ signal }) => ask("get", "/flows/{flowId}/pins", { path: { flowId }, signal }),
  });

export const putPin = (flowId: string, listener: string, output: Json) => ask("put", "/flows/{flowId}/pins/{listener}", { path: { flowId, listener }, body: { output } });

export const dropPin = (flowId: string, listener: string) => ask("delete", "/flows/{flowId}/pins/{listener}", { path: { flowId, listener } });

/** Tries the saved text out, whether the flow runs or not: what is pinned stands in for work. */
export const testFlow = (flowId: string, inputPayload: Json) => ask("post", "/flows/{flowId}/executions/test", { path: { flowId }, body: { inputPayload } });

/** Runs one listener of the saved text; what it takes comes from an execution or from what is pinned before it. */
export const testListener = (flowId: string, listener: string, executionId: string | null) =>
  ask("post", "/flows/{flowId}/executions/test", { path: { flowId }, body: { listener, executionId } });
