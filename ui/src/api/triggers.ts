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

/** How long a schedule must rest while it is written, before it is asked about, in milliseconds. */
const REST_MS = 300;

/** When a schedule would fire that is not made yet. */
export const firingsQuery = (config: { cron: string; timezone: string }) =>
  queryOptions({
    queryKey: ["schedule", config],
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      signal.throwIfAborted();
      const { nextFirings } = await ask("post", "/schedules/preview", { body: { config }, signal });
      return { firings: nextFirings, zone: config.timezone };
    },
    retry: false,
  });

export const createTrigger = (flowId: string, body: Draft) => ask("post", "/flows/{flowId}/triggers", { path: { flowId }, body });

export const updateTrigger = (flowId: string, triggerId: string, body: Change) =>
  ask("patch", "/flows/{flowId}/triggers/{triggerId}", { path: { flowId, triggerId }, body });

export const deleteTrigger = (flowId: string, triggerId: string) =>
  ask("delete", "/flows/{flowId}/triggers/{triggerId}", { path: { flowId, triggerId } });

export const regenerateToken = (flowId: string, triggerId: string) =>
  ask("post", "/flows/{flowId}/triggers/{triggerId}/regenerate-token", { path: { flowId, triggerId } });
