import { useMutation } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { StepForward } from "lucide-react";
import { replay } from "@/api/executions";
import { sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Tip } from "@/parts/tip";
import type { Visit } from "./fold";
import { useRun } from "./run-store";

/** Runs the rest of a finished execution again, from one step on; what came before is not done twice. */
export function ReplayFrom({ visit }: { visit: Visit }) {
  const { flowId, executionId, run } = useRun();
  const navigate = useNavigate();
  const isOnCanvas = !useLocation().pathname.includes("/executions/");
  const again = useMutation({
    mutationFn: (from: { flowId: string; executionId: string }) => replay(from.flowId, from.executionId, visit.id),
    onSuccess: ({ id, flowId: of }) =>
      isOnCanvas
        ? navigate({ to: "/flows/$flowId", params: { flowId: of }, search: (before) => ({ ...before, run: id }) })
        : navigate({ to: "/flows/$flowId/executions/$executionId", params: { flowId: of, executionId: id } }),
    onError: sayFailure,
  });
  const isStep = visit.kind === "step" || visit.kind === "agent";
  if (!isStep || !flowId || !executionId || !run || run.end === null) return null;
  return (
    <Tip label="From this step on, on the text as it is now; what came before is taken as it was recorded">
      <Button icon={<StepForward size={14} />} className="self-start" isBusy={again.isPending} onClick={() => again.mutate({ flowId, executionId })}>
        Replay from here
      </Button>
    </Tip>
  );
}
