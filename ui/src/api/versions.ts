import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask, call } from "./call";

/** The texts that a flow had, the newest first, page by page. */
export const versionsQuery = (flowId: string) =>
  infiniteQueryOptions({
    queryKey: ["flow", flowId, "versions"],
    queryFn: ({ pageParam, signal }) => ask("get", "/flows/{flowId}/versions", { path: { flowId }, query: { page: pageParam, pageSize: 50 }, signal }),
    initialPageParam: 1,
    getNextPageParam: (page) => (page.hasMore ? page.page + 1 : undefined),
  });

export const versionQuery = (flowId: string, number: number) =>
  queryOptions({
    queryKey: ["flow", flowId, "version", number],
    queryFn: ({ signal }) => ask("get", "/flows/{flowId}/versions/{number}", { path: { flowId, number }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Makes a former text the flow's text; it becomes a new version. */
export const restoreVersion = (flowId: string, number: number, ifMatch: string | null) =>
  call("post", "/flows/{flowId}/versions/{number}/restore", { path: { flowId, number }, ifMatch });
