import type { Handler } from "@/api/types";
import { TRIGGER } from "@/model/graph";
import type { Point } from "@/model/layout";
import { addListener, connect, freshName, newListener, type Port, setEntry } from "@/model/listeners";
import type { EditorStore } from "./store";

interface Where {
  at?: Point;
  /** Whose port the new listener is joined to. */
  from?: string;
  port?: Port;
}

/** Adds a listener of a handler, joins it to what it was drawn from, and selects it. */
export function insertListener(store: EditorStore, handler: Handler, { at, from, port = "next" }: Where): void {
  const { organism, apply } = store.getState();
  const name = freshName(
    organism.listeners.map((one) => one.name),
    handler.name,
  );
  apply(
    (text) => {
      const added = addListener(text, newListener(handler, name));
      if (from === undefined) return added;
      return from === TRIGGER ? setEntry(added, name) : connect(added, from, port, name);
    },
    { select: [name], ...(at ? { places: new Map([[name, at]]) } : {}) },
  );
}

/** Where a listener that is only named goes: behind the one that is selected, when that leads nowhere yet. */
export function behindSelection(store: EditorStore): Where {
  const { organism, selection } = store.getState();
  const chosen = organism.listeners.find((one) => one.name === selection[0]);
  const isFree = selection.length === 1 && chosen && chosen.next.length === 0 && !["branch", "output"].includes(chosen.handler);
  return isFree ? { from: chosen.name, port: "next" } : {};
}
