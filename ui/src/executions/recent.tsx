import { useQueries, useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { newestExecutions } from "@/api/executions";
import { flowsQuery } from "@/api/flows";
import { Bar } from "@/app/bar";
import { Empty, Failed, SkeletonRows } from "@/parts/states";
import { ExecutionTable, type Row } from "./list";

/** The server lists executions a flow; of so many flows the newest are brought together here. */
const MAX_FLOWS = 40;
const OF_EACH = 25;

/** What ran lately, over all flows. */
export function RecentExecutions() {
  const flows = useQuery(flowsQuery);
  const shown = flows.data?.slice(0, MAX_FLOWS) ?? [];
  const pages = useQueries({
    queries: shown.map((flow) => ({ ...newestExecutions(flow.id, OF_EACH), refetchInterval: 5_000 })),
  });
  const rows = pages
    .flatMap((page, place): Row[] => {
      const flow = shown[place];
      return flow ? (page.data?.items.map((one) => ({ ...one, flowId: flow.id, flowName: flow.name })) ?? []) : [];
    })
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const isPending = flows.isPending || pages.some((page) => page.isPending);
  return (
    <>
      <Bar crumbs={[{ label: "Executions" }]} />
      <main className="flex min-h-0 flex-1 flex-col">
        {flows.error && !flows.data && <Failed error={flows.error} retry={() => void flows.refetch()} />}
        {isPending && rows.length === 0 && !flows.error && <SkeletonRows count={8} />}
        {!isPending && rows.length === 0 && (
          <Empty icon={<History size={20} />} title="Nothing ran yet">
            Start a flow and run it: every run is listed here.
          </Empty>
        )}
        {rows.length > 0 && (
          <>
            <p className="shrink-0 border-b border-line px-4 py-2 text-xs text-text-3">
              The newest {OF_EACH} of each of {shown.length === 1 ? "your flow" : `your ${shown.length} flows`}
              {(flows.data?.length ?? 0) > MAX_FLOWS ? " that changed last" : ""}; a flow's own page lists all.
            </p>
            <ExecutionTable rows={rows} total={rows.length} label="Recent executions" />
          </>
        )}
      </main>
    </>
  );
}
