import { useEffect } from "react";
import { validateText } from "@/api/flows";
import type { EditorStore } from "./store";

/** How long a text must rest before it is sent, in milliseconds. */
const REST_MS = 300;

/**
 * Asks the server what it says about the text, while it is typed: the same remarks as `bloxserver check`.
 *
 * It listens to the store itself: the editor as a whole is not drawn again for each key.
 */
export function useDiagnostics(store: EditorStore): void {
  useEffect(() => {
    let stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (text: string, { signal }: AbortController) => {
      try {
        const { diagnostics } = await validateText(text, signal);
        if (!signal.aborted) store.getState().setDiagnostics(diagnostics);
      } catch {
        // The remarks of the last text stay; the next pause asks again, and saving says what is wrong.
      }
    };
    const rest = (text: string) => {
      stop.abort();
      stop = new AbortController();
      clearTimeout(timer);
      timer = setTimeout(() => void ask(text, stop), REST_MS);
    };
    rest(store.getState().text);
    const leave = store.subscribe((now, before) => now.text !== before.text && rest(now.text));
    return () => {
      leave();
      clearTimeout(timer);
      stop.abort();
    };
  }, [store]);
}
