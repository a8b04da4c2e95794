import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleHelp } from "lucide-react";
import { useState } from "react";
import { approvalsQuery } from "@/api/approvals";
import { Bar } from "@/app/bar";
import { Button } from "@/parts/button";
import { FlowSelect } from "@/parts/flow-select";
import { Segmented } from "@/parts/segmented";
import { Empty, Failed, SkeletonPanels } from "@/parts/states";
import { plural } from "@/parts/time";
import { Question } from "./question";

const SHOWN = [
  { value: "pending", label: "Waiting" },
  { value: "all", label: "All" },
] as const;

/** What runs ask a person, the newest first. */
export function ApprovalsPage() {
  const [shown, show] = useState<"pending" | "all">("pending");
  const [flowId, setFlowId] = useState("");
  const found = useInfiniteQuery(approvalsQuery(shown === "pending" ? "pending" : null, flowId));
  const total = found.data?.pages[0]?.total ?? 0;
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Bar crumbs={[{ label: "Approvals" }]} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        <search aria-label="Which approvals" className="sticky top-0 z-1 flex items-center gap-2 border-b border-line bg-bg px-4 py-2">
          <Segmented label="Show" value={shown} options={SHOWN} onChange={show} />
          <FlowSelect className="!h-7 !w-44 min-w-0" value={flowId} onChange={setFlowId} />
          {total > 0 && <span className="ml-auto text-xs text-text-3 tabular max-sm:hidden">{plural(total, "question")}</span>}
        </search>
        {found.isPending && <SkeletonPanels heights={[120, 120, 120]} className="max-w-180 gap-4 px-4 py-4" />}
        {found.error && !found.data && <Failed error={found.error} retry={() => void found.refetch()} />}
        {found.data && items.length === 0 && (
          <Empty icon={<CircleHelp size={20} />} title={shown === "pending" ? "Nothing waits for you" : "No run has asked anything yet"}>
            A listener with <code>handler: approval</code> stops a run until somebody has decided, here or by its link.
          </Empty>
        )}
        {items.length > 0 && (
          <ul aria-label="Approvals" className="mx-auto max-w-180 px-4 py-2">
            {items.map((approval) => (
              <Question key={approval.id} approval={approval} />
            ))}
          </ul>
        )}
        {found.hasNextPage && (
          <Button look="quiet" className="mx-auto mb-4 !flex" isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Older ones
          </Button>
        )}
      </main>
    </>
  );
}
