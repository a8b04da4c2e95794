import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { searchExecutions } from "@/api/executions";
import { type Span, spanAgo } from "@/api/span";
import type { ExecutionStatus, TriggerKind } from "@/api/types";

/** What is looked for: it stands in the address, so that a link shows the same. */
export interface ExecutionsSearch {
  status?: ExecutionStatus;
  flow?: string;
  trigger?: TriggerKind;
  since?: Span;
  text?: string;
}

/** The executions that are like `search`, the newest first, page by page. */
export function useFound(search: ExecutionsSearch) {
  const wanted = useDeferredValue(search);
  const query = useInfiniteQuery({
    queryKey: ["executions", wanted],
    queryFn: ({ pageParam, signal }) => searchExecutions(queryOf(wanted), pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    // Live while one looks at the newest; whoever scrolled far down reads in peace.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? 2_000 : false),
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const more = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  };
  return { ...query, rows, more };
}

function queryOf({ status, flow, trigger, since, text }: ExecutionsSearch) {
  return {
    ...(status ? { status } : {}),
    ...(flow ? { flowId: flow } : {}),
    ...(trigger ? { triggerType: trigger } : {}),
    ...(since ? { startedFrom: spanAgo(since) } : {}),
    ...(text?.trim() ? { text: text.trim() } : {}),
  };
}
