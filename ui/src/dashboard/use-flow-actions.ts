import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createFlow, deleteFlow, type FlowDraft, flowsQuery, readFlow, startFlow, stopFlow } from "@/api/flows";
import type { FlowSummary } from "@/api/types";
import { say, sayFailure } from "@/app/toasts";
import { hidden } from "./hidden";
import { save } from "./save-file";

/** What can be done with a flow from outside it. */
export function useFlowActions() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const refresh = () => client.invalidateQueries({ queryKey: flowsQuery.queryKey });
  const open = (id: string) => navigate({ to: "/flows/$flowId", params: { flowId: id } });

  const create = useMutation({
    mutationFn: createFlow,
    onSuccess: (flow) => {
      void refresh();
      void open(flow.id);
    },
    onError: sayFailure,
  });

  const toggle = useMutation({
    mutationFn: ({ id, status }: FlowSummary) => (status === "running" ? stopFlow(id) : startFlow(id)),
    onSuccess: (answer) => {
      client.setQueryData(["flow", answer.body.id], answer);
      say(answer.body.status === "running" ? `“${answer.body.name}” runs` : `“${answer.body.name}” is stopped`);
    },
    onError: sayFailure,
    onSettled: refresh,
  });

  const read = async (id: string) => (await readFlow(id)).body;

  const duplicate = async (flow: FlowSummary) => {
    try {
      const { organismYaml, canvasState, description } = await read(flow.id);
      const draft: FlowDraft = { name: `${flow.name} copy`.slice(0, 100), organismYaml, canvasState };
      create.mutate(description ? { ...draft, description } : draft);
    } catch (error) {
      sayFailure(error);
    }
  };

  const exportText = async (flow: FlowSummary) => {
    try {
      save(`${flow.name.replaceAll(/[^\w-]+/g, "-")}.yaml`, (await read(flow.id)).organismYaml);
    } catch (error) {
      sayFailure(error);
    }
  };

  const remove = (flow: FlowSummary) => {
    const forget = hidden.hide(flow.id, async () => {
      if (flow.status === "running") await stopFlow(flow.id);
      await deleteFlow(flow.id);
      await refresh();
    });
    say(`“${flow.name}” is deleted`, { label: "Undo", run: forget });
  };

  const openExecutions = (id: string) => navigate({ to: "/flows/$flowId/executions", params: { flowId: id } });

  return { create, toggle, duplicate, exportText, remove, open, openExecutions };
}
