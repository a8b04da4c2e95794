import { useEffect } from "react";
import { validateText } from "@/api/flows";
import { onRest } from "./on-rest";
import type { EditorStore } from "./store";

/** Asks the server what it says about the text, while it is typed: the same remarks as `bloxserver check`. */
export function useDiagnostics(store: EditorStore): void {
  useEffect(
    () =>
      onRest(store, async (text, signal) => {
        const { diagnostics } = await validateText(text, signal);
        if (!signal.aborted) store.getState().setDiagnostics(diagnostics);
      }),
    [store],
  );
}
