import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask } from "./call";

/** What was changed in the user's name, the newest first. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam, signal }) => ask("get", "/audit", { query: { page: pageParam, pageSize: 20 }, signal }),
  initialPageParam: 1,
  getNextPageParam: (page) => (page.hasMore ? page.page + 1 : undefined),
});

/** The processes that share the work. Only operators may ask. */
export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: ({ signal }) => ask("get", "/nodes", { signal }),
  refetchInterval: 5_000,
});

/** How it is with models on the node that answers. */
export const modelHealthQuery = queryOptions({
  queryKey: ["model-health"],
  queryFn: ({ signal }) => ask("get", "/llm/health", { signal }),
  refetchInterval: 5_000,
});
