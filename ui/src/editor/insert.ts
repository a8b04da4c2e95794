import type { Handler } from "@/api/types";
import { type Link, links, TRIGGER } from "@/model/graph";
import { CARD, COLUMN, type Point } from "@/model/layout";
import { addListener, connect, disconnect, freshName, isCall, newListener, type Port, setEntry } from "@/model/listeners";
import type { EditorStore } from "./store";

interface Where {
  at?: Point;
  /** Whose port the new listener is joined to. */
  from?: string;
  port?: Port;
  /** The line that it is put on: whom it led to comes behind the new listener. */
  line?: Link;
}

/** What nothing comes behind. */
const ENDS = new Set(["output"]);

/** Adds a listener of a handler, joins it to what it was drawn from, and selects it. */
export function insertListener(store: EditorStore, handler: Handler, where: Where): void {
  const { organism, apply } = store.getState();
  const line = where.line && !isCall(where.line.port) && !ENDS.has(handler.name) ? where.line : undefined;
  const { at, from = line?.from, port = line?.port ?? "next" } = where;
  const name = freshName(
    organism.listeners.map((one) => one.name),
    handler.name,
  );
  const places = line ? pushedAside(store, line, name) : at && new Map([[name, at]]);
  apply(
    (text) => {
      const added = addListener(text, newListener(handler, name));
      if (from === undefined) return added;
      const freed = line && from !== TRIGGER ? disconnect(added, from, port, line.to) : added;
      const joined = from === TRIGGER ? setEntry(freed, name) : connect(freed, from, port, name);
      return line ? connect(joined, name, handler.name === "branch" ? "otherwise" : "next", line.to) : joined;
    },
    { select: [name], ...(places ? { places } : {}) },
  );
}

/** Room on a line: the new listener stands where the line led to, and what stood there in the row moves on. */
export function pushedAside(store: EditorStore, line: Link, name: string): Map<string, Point> | undefined {
  const { organism, places } = store.getState();
  const [from, to] = [places.get(line.from), places.get(line.to)];
  if (!to) return undefined;
  // Where the row was broken, or people left room, nothing has to move.
  if (from && to.x - from.x >= 2 * COLUMN) return new Map([[name, { x: from.x + COLUMN, y: to.y }]]);
  const behind = reached(links(organism), line.to).filter((id) => id !== line.from);
  const inRow = behind.flatMap((id): [string, Point][] => {
    const at = places.get(id);
    return at && at.x >= to.x && Math.abs(at.y - to.y) < CARD.height ? [[id, { x: at.x + COLUMN, y: at.y }]] : [];
  });
  return new Map([...inRow, [name, to]]);
}

function reached(lines: Link[], start: string): string[] {
  const seen = new Set([start]);
  for (const id of seen) for (const line of lines) if (line.from === id) seen.add(line.to);
  return [...seen];
}

/** Where a listener that is only named goes: on the line that is selected, or behind the listener that is and leads nowhere yet. */
export function behindSelection(store: EditorStore): Where {
  const { organism, selection, line } = store.getState();
  const chosenLine = line === null ? undefined : links(organism).find((one) => one.id === line);
  if (chosenLine) return { line: chosenLine };
  const chosen = organism.listeners.find((one) => one.name === selection[0]);
  const isFree = selection.length === 1 && chosen && chosen.next.length === 0 && !["branch", "output"].includes(chosen.handler);
  return isFree ? { from: chosen.name, port: "next" } : {};
}
