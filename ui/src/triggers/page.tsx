import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Plus, Zap } from "lucide-react";
import { useState } from "react";
import { triggersQuery } from "@/api/triggers";
import { useCommands } from "@/app/commands";
import { FlowPage } from "@/app/flow-page";
import { Button } from "@/parts/button";
import { Empty, Failed, SkeletonPanels } from "@/parts/states";
import { NewTrigger } from "./new-trigger";
import { TriggerCard } from "./trigger-card";

/** What starts a flow. */
export function TriggersPage() {
  const { flowId } = useParams({ from: "/flows/$flowId/triggers" });
  const triggers = useQuery({ ...triggersQuery(flowId), refetchInterval: 15_000 });
  const [isAdding, setAdding] = useState(false);
  useCommands([{ title: "Add a trigger", group: "This flow", icon: <Plus size={16} />, shortcut: "C", run: () => setAdding(true) }]);
  const add = (
    <Button look="primary" icon={<Plus size={14} />} onClick={() => setAdding(true)}>
      Add a trigger
    </Button>
  );
  return (
    <FlowPage flowId={flowId} actions={add} className="min-h-0 flex-1 overflow-y-auto">
      {(flow) => (
        <>
          {triggers.isPending && <SkeletonPanels heights={[190, 190]} className="max-w-200 gap-4 px-4 py-6" />}
          {triggers.error && !triggers.data && <Failed error={triggers.error} retry={() => void triggers.refetch()} />}
          {triggers.data?.length === 0 && (
            <Empty
              icon={<Zap size={20} />}
              title="Only you start this flow"
              actions={add}
            >
              A webhook starts it when a program calls its address, a schedule at the times you say.
            </Empty>
          )}
          <ul className="mx-auto flex max-w-200 flex-col gap-4 px-4 py-6">
            {triggers.data?.map((trigger) => (
              <TriggerCard key={trigger.id} trigger={trigger} isRunning={flow?.status === "running"} />
            ))}
          </ul>
          <NewTrigger flowId={flowId} isOpen={isAdding} onClose={() => setAdding(false)} />
        </>
      )}
    </FlowPage>
  );
}
