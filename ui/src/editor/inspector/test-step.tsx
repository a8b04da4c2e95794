import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FlaskConical, Pin, PinOff } from "lucide-react";
import { dropPin, pinsQuery, putPin } from "@/api/pins";
import type { Json } from "@/api/types";
import { sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Tip } from "@/parts/tip";
import { flatten, useRun } from "@/runs/run-store";
import { useEditor } from "../store";

interface Props {
  flowId: string;
  name: string;
  isBusy: boolean;
  onTest(): void;
}

/** Tries one listener out, and keeps its answer so that tests need not do its work. */
export function TestStep({ flowId, name, isBusy, onTest }: Props) {
  const isPinned = useEditor((state) => state.pinned.has(name));
  const run = useRun((state) => state.run);
  const visit = run ? flatten(run.visits).findLast((one) => one.listener === name && one.state === "done" && (one.kind === "step" || one.kind === "agent")) : undefined;
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async (output: Json | undefined): Promise<void> => {
      await (output === undefined ? dropPin(flowId, name) : putPin(flowId, name, output));
    },
    onSettled: () => client.invalidateQueries(pinsQuery(flowId)),
    onError: sayFailure,
  });
  return (
    <div className="flex shrink-0 flex-wrap gap-2 border-b border-line px-4 py-2">
      <Tip label="Runs this listener alone, with what it took last or with what is pinned before it">
        <Button icon={<FlaskConical size={14} />} isBusy={isBusy} onClick={onTest}>
          Test this step
        </Button>
      </Tip>
      {isPinned ? (
        <Button icon={<PinOff size={14} />} isBusy={change.isPending} onClick={() => change.mutate(undefined)}>
          Unpin its output
        </Button>
      ) : (
        visit && (
          <Tip label="In tests this answer stands in for its work">
            <Button icon={<Pin size={14} />} isBusy={change.isPending} onClick={() => change.mutate(visit.output)}>
              Pin its output
            </Button>
          </Tip>
        )
      )}
    </div>
  );
}
