import { useEffect } from "react";
import { useStore } from "zustand";
import { validateText } from "@/api/flows";
import type { EditorStore } from "./store";

/** How long a text must rest before it is sent, in milliseconds. */
const REST_MS = 300;

/** Asks the server what it says about the text, while it is typed: the same remarks as `bloxserver check`. */
export function useDiagnostics(store: EditorStore): void {
  const text = useStore(store, (state) => state.text);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { diagnostics } = await validateText(text, stop.signal);
        store.getState().setDiagnostics(diagnostics);
      } catch {
        // The remarks of the last text stay; the next pause asks again, and saving says what is wrong.
      }
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [store, text]);
}
