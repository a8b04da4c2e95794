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

/** What is around every page of a flow but its editor. Of a flow that is not to be seen, nothing is offered. */
export function FlowPage({ flowId, actions, className, children }: Props) {
  const flow = useQuery(flowQuery(flowId));
  const listed = useQueryClient().getQueryData(flowsQuery.queryKey)?.find((one) => one.id === flowId);
  const isRefused = flow.error instanceof ApiError && (flow.error.status === 404 || flow.error.status === 403);
  const body = isRefused ? undefined : flow.data?.body;
  const name = isRefused ? "Not to be seen" : (body?.name ?? listed?.name ?? "Flow");
  return (
    <>
      <Bar crumbs={[{ label: "Flows", to: "/" }, { label: name }]} middle={isRefused ? null : <FlowPlace flow={body} flowId={flowId} />}>
        {isRefused ? null : actions}
      </Bar>
      <main className={className}>{isRefused ? <Failed error={flow.error} /> : children(body, flow.data?.etag ?? null)}</main>
    </>
  );
}
