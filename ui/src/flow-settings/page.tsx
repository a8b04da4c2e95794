import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { flowQuery } from "@/api/flows";
import { Bar } from "@/app/bar";
import { FlowPlace } from "@/app/flow-tabs";
import { Failed } from "@/parts/states";
import { Secrets } from "@/settings/secrets";
import { Variables } from "@/settings/variables";

/** What belongs to one flow alone. */
export function FlowSettingsPage() {
  const { flowId } = useParams({ from: "/flows/$flowId/settings" });
  const flow = useQuery(flowQuery(flowId));
  return (
    <>
      <Bar crumbs={[{ label: "Flows", to: "/" }, { label: flow.data?.body.name ?? "Flow" }]} middle={<FlowPlace flow={flow.data?.body} flowId={flowId} />} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        {flow.error && !flow.data ? (
          <Failed error={flow.error} retry={() => void flow.refetch()} />
        ) : (
          <div className="mx-auto flex max-w-180 flex-col gap-12 px-6 py-8">
            <Secrets holder={flowId} />
            <Variables holder={flowId} />
          </div>
        )}
      </main>
    </>
  );
}
