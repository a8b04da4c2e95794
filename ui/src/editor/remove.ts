import { type Link, TRIGGER } from "@/model/graph";
import { disconnect } from "@/model/listeners";
import { takeOut } from "@/model/take-out";
import { isNote, without } from "./notes";
import type { EditorStore } from "./store";

/** Takes nodes and lines away in one step: listeners from the text, notes from the canvas. The trigger stays. */
export function removeChosen(store: EditorStore, ids: string[], cut: Pick<Link, "from" | "port" | "to">[] = []): void {
  const { notes, apply } = store.getState();
  const listeners = ids.filter((id) => id !== TRIGGER && !isNote(id));
  // What a listener is joined by goes with it.
  const lines = cut.filter(({ from, to }) => from !== TRIGGER && !listeners.includes(from) && !listeners.includes(to));
  const kept = without(notes, ids);
  if (listeners.length + lines.length === 0 && kept.size === notes.size) return;
  apply((text) => takeOut(lines.reduce((changed, { from, port, to }) => disconnect(changed, from, port, to), text), listeners), {
    select: [],
    ...(kept.size === notes.size ? {} : { notes: kept }),
  });
}
