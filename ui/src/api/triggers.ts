import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Json, Trigger, TriggerKind } from "./types";

export interface TriggerDraft {
  type: TriggerKind;
  name: string;
  config: Record<string, Json>;
}

export const triggersQuery = (flow: string) =>
  queryOptions({
    queryKey: ["flow", flow, "triggers"],
    queryFn: ({ signal }) => ask<Trigger[]>(`/flows/${flow}/triggers`, { signal }),
  });

export const createTrigger = (flow: string, draft: TriggerDraft) =>
  ask<Trigger>(`/flows/${flow}/triggers`, { method: "POST", body: draft });

export const updateTrigger = (flow: string, id: string, change: Partial<TriggerDraft> & { enabled?: boolean }) =>
  ask<Trigger>(`/flows/${flow}/triggers/${id}`, { method: "PATCH", body: change });

export const deleteTrigger = (flow: string, id: string) =>
  ask<null>(`/flows/${flow}/triggers/${id}`, { method: "DELETE" });

export const regenerateToken = (flow: string, id: string) =>
  ask<Trigger>(`/flows/${flow}/triggers/${id}/regenerate-token`, { method: "POST" });
