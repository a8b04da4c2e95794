import { useEffect } from "react";
import { dropDraft, keepDraft } from "./drafts";
import { type EditorStore, isDirty } from "./store";

/** How long edits may be only in the tab, in milliseconds. */
const LAG_MS = 250;

/** Keeps unsaved edits in this browser, so that neither a reload nor a crash loses them. */
export function useDrafts(store: EditorStore): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = () => {
      timer = null;
      const state = store.getState();
      if (isDirty(state)) keepDraft(state.flowId, state, state.saved.etag);
      else dropDraft(state.flowId);
    };
    const stop = store.subscribe((now, before) => {
      if (now.text === before.text && now.places === before.places && now.notes === before.notes && now.saved === before.saved) return;
      timer ??= setTimeout(write, LAG_MS);
    });
    const leave = () => timer !== null && write();
    window.addEventListener("pagehide", leave);
    return () => {
      stop();
      leave();
      window.removeEventListener("pagehide", leave);
    };
  }, [store]);
}
