import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import { type Span, spanAgo, spanAhead } from "./span";

/** Which questions are looked for: it stands in the address, so that a link shows the same. */
export interface ApprovalsSearch {
  /** Those that wait for somebody, unless it says `all`. */
  show?: "all";
  flow?: string;
  /** Those whose deadline comes so soon. */
  due?: Span;
  /** Those that were asked so lately, or more than a day ago. */
  asked?: Span | "earlier";
  text?: string;
}

/** What executions ask persons, the newest first. */
export const approvalsQuery = (search: ApprovalsSearch) =>
  infiniteQueryOptions({
    queryKey: ["approvals", search.show ?? "pending", search],
    queryFn: ({ pageParam, signal }) => ask("get", "/approvals", { query: { page: pageParam, pageSize: 50, ...queryOf(search) }, signal }),
    initialPageParam: 1,
    getNextPageParam: (page) => (page.hasMore ? page.page + 1 : undefined),
    placeholderData: keepPreviousData,
    // Live at the newest; whoever went far back reads in peace.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 2 ? 5_000 : 60_000),
  });

function queryOf({ show, flow, due, asked, text }: ApprovalsSearch) {
  return {
    ...(show === "all" ? {} : { status: "pending" as const }),
    ...(flow ? { flowId: flow } : {}),
    ...(due ? { dueBefore: spanAhead(due) } : {}),
    ...(asked === "earlier" ? { askedBefore: spanAgo("day") } : asked ? { askedFrom: spanAgo(asked) } : {}),
    ...(text?.trim() ? { text: text.trim() } : {}),
  };
}

/** How many wait for somebody. */
export const pendingApprovalsQuery = queryOptions({
  queryKey: ["approvals", "count"],
  queryFn: async ({ signal }) => (await ask("get", "/approvals", { query: { status: "pending", pageSize: 1 }, signal })).total,
  refetchInterval: 10_000,
});

export const decideApproval = (approvalId: string, decision: "approve" | "reject", comment: string) =>
  ask("post", "/approvals/{approvalId}/decide", { path: { approvalId }, body: { decision, ...(comment.trim() ? { comment: comment.trim() } : {}) } });
