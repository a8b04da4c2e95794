import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { ask } from "./call";
import { type Span, spanAgo } from "./span";
import type { Alert } from "./types";

/** Which alerts are looked for: it stands in the address, so that a link shows the same. */
export interface AlertsSearch {
  rule?: Alert["rule"];
  level?: Alert["level"];
  flow?: string;
  since?: Span;
  text?: string;
}

/** What the watchdog found, the newest first. */
export const alertsQuery = (search: AlertsSearch = {}) =>
  infiniteQueryOptions({
    queryKey: ["alerts", search],
    queryFn: ({ pageParam, signal }) => ask("get", "/alerts", { query: { page: pageParam, pageSize: 50, ...queryOf(search) }, signal }),
    initialPageParam: 1,
    getNextPageParam: (page) => (page.hasMore ? page.page + 1 : undefined),
    placeholderData: keepPreviousData,
    // Live at the newest; whoever went far back reads in peace.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 2 ? 15_000 : 60_000),
  });

function queryOf({ rule, level, flow, since, text }: AlertsSearch) {
  return {
    ...(rule ? { rule } : {}),
    ...(level ? { level } : {}),
    ...(flow ? { flowId: flow } : {}),
    ...(since ? { from: spanAgo(since) } : {}),
    ...(text?.trim() ? { text: text.trim() } : {}),
  };
}
