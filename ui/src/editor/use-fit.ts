import { useEffect } from "react";
import { fitFlow } from "@/api/flows";
import { fitsByLine } from "@/model/fit";
import { useRun } from "@/runs/run-store";
import { onRest } from "./on-rest";
import type { EditorStore } from "./store";

/** Asks the server how the listeners fit each other, while the text is typed, and again when a run has shown more. */
export function useFit(store: EditorStore): void {
  const over = useRun(({ run, executionId }) => (run && run.end !== null ? executionId : null));
  useEffect(
    () =>
      onRest(store, async (text, signal) => {
        const { edges } = await fitFlow(store.getState().flowId, text, signal);
        if (!signal.aborted) store.getState().setFits(fitsByLine(edges));
      }),
    [store, over],
  );
}
