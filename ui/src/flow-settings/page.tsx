import { useParams } from "@tanstack/react-router";
import { FlowPage } from "@/app/flow-page";
import { Secrets } from "@/settings/secrets";
import { Variables } from "@/settings/variables";

/** What belongs to one flow alone. */
export function FlowSettingsPage() {
  const { flowId } = useParams({ from: "/flows/$flowId/settings" });
  return (
    <FlowPage flowId={flowId} className="min-h-0 flex-1 overflow-y-auto">
      {() => (
        <div className="mx-auto flex max-w-180 flex-col gap-12 px-6 py-8">
          <Secrets holder={flowId} />
          <Variables holder={flowId} />
        </div>
      )}
    </FlowPage>
  );
}
