import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Approval } from "./types";

/** What executions ask persons, the newest first; what waits for somebody, or all of it. */
export const approvalsQuery = (status: Approval["status"] | null, flowId = "") =>
  infiniteQueryOptions({
    queryKey: ["approvals", status, flowId],
    queryFn: ({ pageParam, signal }) =>
      ask("get", "/approvals", { query: { page: pageParam, pageSize: 50, ...(status ? { status } : {}), ...(flowId ? { flowId } : {}) }, signal }),
    initialPageParam: 1,
    getNextPageParam: (page) => (page.hasMore ? page.page + 1 : undefined),
    // Live at the newest; whoever went far back reads in peace.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 2 ? 5_000 : 60_000),
  });

/** How many wait for somebody. */
export const pendingApprovalsQuery = queryOptions({
  queryKey: ["approvals", "count"],
  queryFn: async ({ signal }) => (await ask("get", "/approvals", { query: { status: "pending", pageSize: 1 }, signal })).total,
  refetchInterval: 10_000,
});

export const decideApproval = (approvalId: string, decision: "approve" | "reject", comment: string) =>
  ask("post", "/approvals/{approvalId}/decide", { path: { approvalId }, body: { decision, ...(comment.trim() ? { comment: comment.trim() } : {}) } });
