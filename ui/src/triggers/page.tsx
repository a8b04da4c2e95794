import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Plus, Zap } from "lucide-react";
import { useState } from "react";
import { flowQuery } from "@/api/flows";
import { triggersQuery } from "@/api/triggers";
import { Bar } from "@/app/bar";
import { FlowPlace } from "@/app/flow-tabs";
import { Button } from "@/parts/button";
import { Empty, Failed, SkeletonRows } from "@/parts/states";
import { NewTrigger } from "./new-trigger";
import { TriggerCard } from "./trigger-card";

/** What starts a flow. */
export function TriggersPage() {
  const { flowId } = useParams({ from: "/flows/$flowId/triggers" });
  const flow = useQuery(flowQuery(flowId)).data?.body;
  const triggers = useQuery({ ...triggersQuery(flowId), refetchInterval: 15_000 });
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <Bar
        crumbs={[{ label: "Flows", to: "/" }, { label: flow?.name ?? "Flow" }]}
        middle={<FlowPlace flow={flow} flowId={flowId} />}
      >
        <Button look="primary" icon={<Plus size={14} />} onClick={() => setAdding(true)}>
          Add a trigger
        </Button>
      </Bar>
      <main className="min-h-0 flex-1 overflow-y-auto">
        {triggers.isPending && <SkeletonRows count={3} />}
        {triggers.error && !triggers.data && <Failed error={triggers.error} retry={() => void triggers.refetch()} />}
        {triggers.data?.length === 0 && (
          <Empty
            icon={<Zap size={20} />}
            title="Only you start this flow"
            actions={
              <Button look="primary" icon={<Plus size={14} />} onClick={() => setAdding(true)}>
                Add a trigger
              </Button>
            }
          >
            A webhook starts it when a program calls its address, a schedule at the times you say.
          </Empty>
        )}
        <ul className="mx-auto flex max-w-200 flex-col gap-4 px-4 py-6">
          {triggers.data?.map((trigger) => (
            <TriggerCard key={trigger.id} trigger={trigger} isRunning={flow?.status === "running"} />
          ))}
        </ul>
      </main>
      <NewTrigger flowId={flowId} isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}
