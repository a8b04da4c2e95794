import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Approval } from "./types";

/** What executions ask persons, the newest first; what waits for somebody, or all of it. */
export const approvalsQuery = (status: Approval["status"] | null) =>
  infiniteQueryOptions({
    queryKey: ["approvals", status],
    queryFn: ({ pageParam, signal }) => ask("get", "/approvals", { query: { page: pageParam, pageSize: 50, ...(status ? { status } : {}) }, signal }),
    initialPageParam: 1,
    getNextPageParam: (page) => (page.hasMore ? page.page + 1 : undefined),
    refetchInterval: 5_000,
  });

/** How many wait for somebody. */
export const pendingApprovalsQuery = queryOptions({
  queryKey: ["approvals", "count"],
  queryFn: async ({ signal }) => (await ask("get", "/approvals", { query: { status: "pending", pageSize: 1 }, signal })).total,
  refetchInterval: 10_000,
});

export const decideApproval = (approvalId: string, decision: "approve" | "reject", comment: string) =>
  ask("post", "/approvals/{approvalId}/decide", { path: { approvalId }, body: { decision, ...(comment.trim() ? { comment: comment.trim() } : {}) } });
