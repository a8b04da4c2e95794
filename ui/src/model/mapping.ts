import type { Handler, Json, Schema } from "@/api/types";
import { type Link, links, TRIGGER } from "./graph";
import { addListener, connect, disconnect, freshName, isCall, setEntry } from "./listeners";
import { setPath } from "./edit";
import { type Listener, type Organism, read } from "./read";

/** A field that one end of a line gives or wants. */
export interface Field {
  name: string;
  /** The types it may have, as JSON Schema says them; none where it is not said. */
  types: string[];
  isRequired: boolean;
}

/** Handlers that hand their input on as it came. */
const HANDS_ON = new Set(["branch", "delay", "approval"]);
/** How far back is looked through handlers that hand on. */
const MAX_DEPTH = 20;

/** What a listener hands over, as far as the text and the catalogue say it; null where neither does. */
export function givenBy(listener: Listener, organism: Organism, handlers: Handler[], depth = MAX_DEPTH): Field[] | null {
  const said = schemaOf(listener.raw["output"]);
  if (said) return fieldsOf(said);
  if (listener.handler === "set") return fieldsOfPayload(listener);
  if (HANDS_ON.has(listener.handler)) return handedOn(listener, organism, handlers, depth);
  const known = handlers.find((one) => one.name === listener.handler)?.output;
  return known ? fieldsOf(known) : null;
}

/** What a listener wants of its input: what its schema says, else the fields that its expressions name. */
export function wantedBy(listener: Listener): Field[] {
  const schema = schemaOf(listener.raw["input"]);
  if (schema) {
    const properties = schema.properties ?? {};
    const required = schema.required ?? [];
    return [...new Set([...Object.keys(properties), ...required])].map((name) => ({ name, types: typesOf(properties[name]), isRequired: required.includes(name) }));
  }
  return namedIn(listener);
}

/** What is between two listeners, and what can be done about it. */
export interface Proposal {
  from: string;
  /** From 0 to 1. */
  confidence: number;
  reason: string;
}

/** Names that often stand for the same thing. */
const ALIASES = [
  ["result", "value", "output", "answer"],
  ["text", "message", "content", "body"],
  ["id", "key", "identifier"],
  ["url", "link", "address"],
  ["email", "mail", "to"],
  ["query", "question", "q", "search"],
  ["amount", "total", "sum"],
];

/** What fits a wanted field best of what is given; null when nothing does. */
export function proposalFor(wanted: Field, given: Field[]): Proposal | null {
  const fitting = given.filter((one) => isCompatible(one.types, wanted.types));
  const plain = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, "");
  const tries: [confidence: number, reason: string, test: (name: string) => boolean][] = [
    [0.95, "the same name", (name) => name === wanted.name],
    [0.9, "the same name, written another way", (name) => plain(name) === plain(wanted.name)],
    [0.7, "often the same thing", (name) => ALIASES.some((group) => group.includes(plain(name)) && group.includes(plain(wanted.name)))],
  ];
  for (const [confidence, reason, test] of tries) {
    const found = fitting.find((one) => test(one.name));
    if (found) return { from: found.name, confidence, reason };
  }
  return null;
}

/** The expression that reads a field of the input. */
export const expressionOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? `{{ input.${name} }}` : `{{ input['${name}'] }}`);

/** The fields that a `set` in front of a line already maps, when it makes anything that its target wants; else null. */
export function mappingAt({ from, port, to }: Pick<Link, "from" | "port" | "to">, organism: Organism): Record<string, Json> | null {
  const source = organism.listeners.find((one) => one.name === from);
  if (!source || port !== "next" || source.handler !== "set" || source.next.length !== 1 || source.next[0] !== to) return null;
  const payload = payloadOf(source);
  const target = organism.listeners.find((one) => one.name === to);
  return payload && target && wantedBy(target).some(({ name }) => name in payload) ? payload : null;
}

/**
 * Maps the fields of a line: in the `set` that leads along it, else in a new one put between its ends.
 *
 * Answers the text and the name of the `set`.
 *
 * @throws UnreadableText
 */
export function writeMapping(text: string, { from, port, to }: Pick<Link, "from" | "port" | "to">, fields: Record<string, string>): { text: string; name: string } {
  const organism = read(text);
  const before = mappingAt({ from, port, to }, organism);
  if (before) {
    const index = organism.listeners.find((one) => one.name === from)?.index ?? 0;
    return { text: setPath(text, ["listeners", index, "config", "payload"], { ...before, ...fields }), name: from };
  }
  const wish = from === TRIGGER ? `for-${to}` : `${from}-to-${to}`;
  const name = freshName(organism.listeners.map((one) => one.name), wish);
  const about = from === TRIGGER ? `Makes what the trigger brings fit ${to}` : `Makes what ${from} gives fit ${to}`;
  const entry = organism.entry ?? organism.listeners[0]?.name;
  const added = connect(addListener(text, { name, description: about, handler: "set", config: { payload: fields } }), name, "next", to);
  if (from === TRIGGER) return { text: entry === name ? added : setEntry(added, name), name };
  return { text: disconnect(connect(added, from, port, name), from, port, to), name };
}

/** An integer is a number; where a type is not said, anything may come. */
export function isCompatible(has: string[], wants: string[]): boolean {
  if (has.length === 0 || wants.length === 0) return true;
  return has.some((type) => wants.includes(type) || (type === "integer" && wants.includes("number")));
}

function handedOn(listener: Listener, organism: Organism, handlers: Handler[], depth: number): Field[] | null {
  const callers = [...new Set(links(organism).flatMap((link) => (link.to === listener.name && !isCall(link.port) ? [link.from] : [])))];
  const before = organism.listeners.find((one) => one.name === callers[0]);
  if (depth === 0 || callers.length !== 1 || !before) return null;
  const given = givenBy(before, organism, handlers, depth - 1);
  if (!given || listener.handler !== "approval") return given;
  return [...given, { name: "approval", types: ["object"], isRequired: true }];
}

function fieldsOfPayload(listener: Listener): Field[] | null {
  const payload = payloadOf(listener);
  return payload ? Object.entries(payload).map(([name, value]) => ({ name, types: typesOfValue(value), isRequired: true })) : null;
}

function payloadOf(listener: Listener): Record<string, Json> | null {
  const config = listener.raw["config"];
  const payload = isRecord(config) ? config["payload"] : null;
  return isRecord(payload) ? payload : null;
}

/** `{{ … }}` may be anything; a text around it is a text. */
function typesOfValue(value: Json): string[] {
  if (typeof value === "string") return /^\s*\{\{.*\}\}\s*$/s.test(value) ? [] : ["string"];
  if (Array.isArray(value)) return ["array"];
  if (value === null) return ["null"];
  return [typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value];
}

function fieldsOf(schema: Schema): Field[] | null {
  if (!schema.properties) return null;
  return Object.entries(schema.properties).map(([name, one]) => ({ name, types: typesOf(one), isRequired: schema.required?.includes(name) ?? false }));
}

const typesOf = (schema: Schema | undefined): string[] => [schema?.type ?? []].flat();

/** Reads `input.name` and `input['name']`; a method that is called is no field, and what has a fallback may be missing. */
function namedIn(listener: Listener): Field[] {
  const { input: _, output: __, description: ___, ...rest } = listener.raw;
  const found = new Map<string, Field>();
  const uses = /(?<![\w.])input(?:\.([A-Za-z_]\w*)|\[(?:\\?["'])([^"'\\\]]+)\\?["']\])(?!\w*\s*\()(\s*(?:\|\s*default|is\s+(?:not\s+)?(?:un)?defined))?/g;
  for (const [, dotted, quoted, fallback] of JSON.stringify(rest).matchAll(uses)) {
    const name = dotted ?? quoted ?? "";
    const isRequired = (found.get(name)?.isRequired ?? false) || fallback === undefined;
    found.set(name, { name, types: [], isRequired });
  }
  return [...found.values()];
}

const isRecord = (value: Json | undefined): value is Record<string, Json> => typeof value === "object" && value !== null && !Array.isArray(value);

function schemaOf(value: Json | undefined): Schema | null {
  return isRecord(value) ? (value as Schema) : null;
}
