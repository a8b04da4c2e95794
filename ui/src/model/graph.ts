import type { Port } from "./listeners";
import { entryOf, type Organism } from "./read";

/** The id of the node that stands for the triggers. */
export const TRIGGER = ":trigger";

/** A line between two nodes. */
export interface Link {
  id: string;
  from: string;
  port: Port;
  to: string;
}

/** All lines of a text whose two ends exist. */
export function links(organism: Organism): Link[] {
  const known = new Set(organism.listeners.map((one) => one.name));
  const found = new Map<string, Link>();
  const add = (from: string, port: Port, targets: string[]) => {
    for (const to of targets) {
      const id = `${from} ${port} ${to}`;
      if (known.has(to)) found.set(id, { id, from, port, to });
    }
  };
  const entry = entryOf(organism);
  if (entry) add(TRIGGER, "next", [entry]);
  for (const one of organism.listeners) {
    add(one.name, "next", one.next);
    for (const [place, { next }] of one.cases.entries()) add(one.name, `case-${place}`, next);
    add(one.name, "otherwise", one.otherwise);
    if (one.errorTo) add(one.name, "error", [one.errorTo]);
    if (one.itemTo) add(one.name, "do", [one.itemTo]);
    if (one.handler === "agent") add(one.name, "peers", one.peers);
  }
  return [...found.values()];
}
