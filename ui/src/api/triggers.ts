import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { components } from "./schema";

type Draft = components["schemas"]["CreateTriggerRequest"];
type Change = components["schemas"]["UpdateTriggerRequest"];

export const triggersQuery = (flowId: string) =>
  queryOptions({
    queryKey: ["flow", flowId, "triggers"],
    queryFn: ({ signal }) => ask("get", "/flows/{flowId}/triggers", { path: { flowId }, signal }),
  });

export const createTrigger = (flowId: string, body: Draft) => ask("post", "/flows/{flowId}/triggers", { path: { flowId }, body });

export const updateTrigger = (flowId: string, triggerId: string, body: Change) =>
  ask("patch", "/flows/{flowId}/triggers/{triggerId}", { path: { flowId, triggerId }, body });

export const deleteTrigger = (flowId: string, triggerId: string) =>
  ask("delete", "/flows/{flowId}/triggers/{triggerId}", { path: { flowId, triggerId } });

export const regenerateToken = (flowId: string, triggerId: string) =>
  ask("post", "/flows/{flowId}/triggers/{triggerId}/regenerate-token", { path: { flowId, triggerId } });
