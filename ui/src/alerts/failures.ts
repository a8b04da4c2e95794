import { queryOptions } from "@tanstack/react-query";
import { searchExecutions } from "@/api/executions";

type Found = Awaited<ReturnType<typeof searchExecutions>>["items"][number];

/** How a flow failed lately while nobody stood beside it. */
export interface Failure {
  flowId: string;
  flowName: string;
  /** The newest of them. */
  executionId: string;
  message: string | null;
  /** When that one failed. */
  at: string;
  times: number;
}

/** The newest executions that failed, of all flows. */
export const failuresQuery = queryOptions({
  queryKey: ["executions", "failures"],
  queryFn: async ({ signal }) => failuresByFlow((await searchExecutions({ status: "error" }, "", signal)).items),
  refetchInterval: 15_000,
});

/** One entry a flow, the newest first. Who runs a flow by hand watches it: such runs are no news. */
export function failuresByFlow(executions: Found[]): Failure[] {
  const flows = new Map<string, Failure>();
  for (const one of executions) {
    if (one.triggerType === "manual" || one.triggerType === "test") continue;
    const known = flows.get(one.flowId);
    if (known) known.times += 1;
    else flows.set(one.flowId, { flowId: one.flowId, flowName: one.flowName, executionId: one.id, message: one.errorMessage, at: endOf(one), times: 1 });
  }
  return [...flows.values()];
}

const endOf = (one: Found) => new Date(Date.parse(one.startedAt) + (one.durationMs ?? 0)).toISOString();
