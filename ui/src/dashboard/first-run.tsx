import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { createFlow, flowsQuery, startFlow } from "@/api/flows";
import { sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { TEMPLATES, type Template } from "@/templates/templates";
import { rememberPayload } from "@/runs/payloads";

const STEPS = [
  ["Draw", "Put listeners on the canvas, or write the same as YAML. Both are one text."],
  ["Run", "Press Run and watch each listener work, with what came in and what went out."],
  ["Trust", "Every step is on disk before it counts. What failed can be seen, and why."],
] as const;

/** Nobody has made a flow yet: one press leads to one that runs. */
export function FirstRun({ choose }: { choose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const begin = useMutation({
    mutationFn: async (template: Template) => {
      const flow = await createFlow({ name: template.title, description: template.about, organismYaml: template.yaml });
      rememberPayload(flow.id, template.payload);
      await startFlow(flow.id);
      return flow;
    },
    onSuccess: (flow) => {
      void client.invalidateQueries({ queryKey: flowsQuery.queryKey });
      void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
    },
    onError: sayFailure,
  });
  return (
    <div className="mx-auto flex w-full max-w-180 flex-col gap-8 overflow-y-auto px-6 py-16">
      <div className="flex flex-col gap-2">
        <h2 className="text-2xl">Your first flow</h2>
        <p className="max-w-120 text-base text-text-2">
          A flow is a team of listeners that hand messages to one another. Begin with one that runs as it is: no key, no network.
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          icon={<Play size={16} />}
          className="h-8"
          isBusy={begin.isPending}
          onClick={() => TEMPLATES[0] && begin.mutate(TEMPLATES[0])}
        >
          Start the order desk
        </Button>
        <Button className="h-8" onClick={choose}>
          Choose a template
        </Button>
      </div>
      <ol className="grid gap-4 border-t border-line pt-6 sm:grid-cols-3">
        {STEPS.map(([title, text], place) => (
          <li key={title} className="flex flex-col gap-1">
            <span className="text-xs text-text-3 tabular">{place + 1}</span>
            <h3 className="text-base">{title}</h3>
            <p className="text-text-2">{text}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
