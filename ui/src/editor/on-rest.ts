import type { EditorStore } from "./store";

/** How long a text must rest before the server is asked about it, in milliseconds. */
const REST_MS = 300;

/**
 * Asks about the text whenever it has rested, and about no text that is no longer there. Answers how to end that.
 *
 * It listens to the store itself: the editor as a whole is not drawn again for each key.
 */
export function onRest(store: EditorStore, ask: (text: string, signal: AbortSignal) => Promise<void>): () => void {
  let stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = (text: string) => {
    stop.abort();
    stop = new AbortController();
    clearTimeout(timer);
    // What was said of the last text stays when nobody answers; the next pause asks again, and saving says what is wrong.
    timer = setTimeout(() => void ask(text, stop.signal).catch(() => undefined), REST_MS);
  };
  rest(store.getState().text);
  const leave = store.subscribe((now, before) => now.text !== before.text && rest(now.text));
  return () => {
    leave();
    clearTimeout(timer);
    stop.abort();
  };
}
