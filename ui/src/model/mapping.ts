import type { Json } from "@/api/types";
import { type Link, TRIGGER } from "./graph";
import { addListener, connect, disconnect, freshName, setEntry } from "./listeners";
import { setPath } from "./edit";
import { type Organism, read } from "./read";

/** The fields that a `set` makes. */
export function payloadOf(name: string, organism: Organism): Record<string, Json> {
  const config = organism.listeners.find((one) => one.name === name)?.raw["config"];
  const payload = isRecord(config) ? config["payload"] : null;
  return isRecord(payload) ? payload : {};
}

/**
 * Maps the fields of a line: in the `set` that is there for it, else in a new one put between its ends.
 *
 * Answers the text and the name of the `set`.
 *
 * @throws UnreadableText
 */
export function writeMapping(text: string, { from, port, to }: Pick<Link, "from" | "port" | "to">, fields: Record<string, Json>, mappedBy: string | null): { text: string; name: string } {
  const organism = read(text);
  const mapper = organism.listeners.find((one) => one.name === mappedBy);
  if (mapper) {
    const payload = { ...payloadOf(mapper.name, organism), ...fields };
    return { text: setPath(text, ["listeners", mapper.index, "config", "payload"], payload), name: mapper.name };
  }
  const wish = from === TRIGGER ? `for-${to}` : `${from}-to-${to}`;
  const name = freshName(organism.listeners.map((one) => one.name), wish);
  const about = from === TRIGGER ? `Makes what the trigger brings fit ${to}` : `Makes what ${from} gives fit ${to}`;
  const entry = organism.entry ?? organism.listeners[0]?.name;
  const added = connect(addListener(text, { name, description: about, handler: "set", config: { payload: fields } }), name, "next", to);
  if (from === TRIGGER) return { text: entry === name ? added : setEntry(added, name), name };
  return { text: disconnect(connect(added, from, port, name), from, port, to), name };
}

const isRecord = (value: Json | undefined): value is Record<string, Json> => typeof value === "object" && value !== null && !Array.isArray(value);
