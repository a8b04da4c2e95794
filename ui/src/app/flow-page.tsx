import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "@/api/error";
import { flowQuery, flowsQuery } from "@/api/flows";
import type { Flow } from "@/api/types";
import { Failed } from "@/parts/states";
import { Bar } from "./bar";
import { FlowPlace } from "./flow-tabs";

interface Props {
  flowId: string;
  actions?: ReactNode;
  className: string;
  children(flow: Flow | undefined, etag: string | null): ReactNode;
}

const REFUSALS: Record<number, string> = { 403: "Not allowed", 404: "Not found" };

/** What is around every page of a flow but its editor. Of a flow that is not to be seen, nothing is offered. */
export function FlowPage({ flowId, actions, className, children }: Props) {
  const flow = useQuery(flowQuery(flowId));
  const listed = useQueryClient().getQueryData(flowsQuery.queryKey)?.find((one) => one.id === flowId);
  const refusal = flow.error instanceof ApiError ? REFUSALS[flow.error.status] : undefined;
  const isRefused = refusal !== undefined;
  const body = isRefused ? undefined : flow.data?.body;
  const name = refusal ?? body?.name ?? listed?.name ?? "Flow";
  return (
    <>
      <Bar crumbs={[{ label: "Flows", to: "/" }, { label: name }]} middle={isRefused ? null : <FlowPlace flow={body} flowId={flowId} />}>
        {isRefused ? null : actions}
      </Bar>
      <main className={className}>{isRefused ? <Failed error={flow.error} /> : children(body, flow.data?.etag ?? null)}</main>
    </>
  );
}
