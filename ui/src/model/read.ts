import { type Document, isMap, isScalar, isSeq, type Node, type Range, type YAMLMap, type YAMLParseError } from "yaml";
import type { Json } from "@/api/types";
import { parse } from "./parse";

/** One condition of a branch, and where it leads. */
export interface Case {
  when: string;
  next: string[];
}

/** A listener as the text declares it. */
export interface Listener {
  /** Its place in the list. */
  index: number;
  name: string;
  description: string;
  /** The handler's name; `agent` for agents, empty when the text says none. */
  handler: string;
  next: string[];
  peers: string[];
  cases: Case[];
  otherwise: string[];
  /** Who begins the work for an item, of an `each`. */
  itemTo: string | null;
  /** Whom a failure goes to, when it goes to a listener. */
  errorTo: string | null;
  /** All its keys, as the text has them. */
  raw: Record<string, Json>;
  /** Lines of the text, counted from 1. */
  line: number;
  endLine: number;
}

/** A mistake in the syntax, which keeps the text from being read. */
export interface SyntaxProblem {
  message: string;
  line: number;
  column: number;
}

/** What a text says. */
export interface Organism {
  name: string;
  entry: string | null;
  model: string | null;
  /** The keys of the sections `organism` and `llm`, as the text has them. */
  settings: { organism: Record<string, Json>; llm: Record<string, Json> };
  listeners: Listener[];
  problems: SyntaxProblem[];
}

/** Reads a text; what is wrong in it is left out, and said in `problems` when it is the syntax. */
export function read(text: string): Organism {
  const { document, lines } = parse(text);
  const problems = document.errors.map((error) => {
    const place = lines.linePos(error.pos[0]);
    return { message: sayProblem(error), line: place.line, column: place.col };
  });
  const root = isMap(document.contents) ? document.contents : null;
  const list = root?.get("listeners", true);
  const lineOf = (offset: number) => lines.linePos(offset).line;
  const listeners = isSeq(list) ? list.items.flatMap((item, index) => listener(item as Node, index, document, lineOf)) : [];
  return {
    name: word(child(root, "organism", "name")) ?? "",
    entry: word(child(root, "organism", "entry")),
    model: word(child(root, "llm", "model")),
    settings: { organism: section(root, "organism", document), llm: section(root, "llm", document) },
    listeners,
    problems,
  };
}

/** A text that was read again: the listeners that say what they said are the same objects, so that only the others are drawn again. */
export function keepSame(fresh: Organism, before: Organism): Organism {
  const known = new Map(before.listeners.map((one) => [one.name, one]));
  const same = (one: Listener) => {
    const old = known.get(one.name);
    const stands = old?.index === one.index && old.line === one.line && old.endLine === one.endLine;
    return old && stands && JSON.stringify(old.raw) === JSON.stringify(one.raw) ? old : one;
  };
  return { ...fresh, listeners: fresh.listeners.map(same) };
}

/** The listener that receives the trigger's message. */
export function entryOf(organism: Organism): string | null {
  return organism.entry ?? organism.listeners[0]?.name ?? null;
}

/** What the parser says, where it speaks of its own matters in other words. */
function sayProblem({ code, message }: YAMLParseError): string {
  if (code === "UNEXPECTED_TOKEN") return "what stands here belongs to nothing; a bracket, a quote or a line break is missing before it, or too much";
  if (code === "BAD_INDENT") return "this stands at another column than what it belongs to";
  if (code === "TAB_AS_INDENT") return "lines are indented by spaces, not by tabs";
  return message.split(" at line ")[0] ?? "";
}

function listener(item: Node, index: number, document: Document, lineOf: (at: number) => number): Listener[] {
  if (!isMap(item)) return [];
  const raw = item.toJS(document) as Record<string, Json>;
  const name = text(raw["name"]);
  if (name === "") return [];
  const isAgent = raw["agent"] === true || raw["handler"] === "agent";
  const onError = text(raw["on_error"]);
  const [start, end] = item.range as Range;
  return [
    {
      index,
      name,
      description: text(raw["description"]),
      handler: isAgent ? "agent" : text(raw["handler"]),
      next: names(raw["next"]),
      peers: names(raw["peers"]),
      cases: Array.isArray(raw["cases"]) ? raw["cases"].map(readCase) : [],
      otherwise: names(raw["otherwise"]),
      itemTo: raw["handler"] === "each" ? beginnerOf(raw["config"]) : null,
      errorTo: onError === "" || onError === "fail" || onError === "continue" ? null : onError,
      raw,
      line: lineOf(start),
      endLine: Math.max(lineOf(start), lineOf(Math.max(start, end - 1))),
    },
  ];
}

function beginnerOf(config: Json | undefined): string | null {
  const found = typeof config === "object" && config !== null && !Array.isArray(config) ? text(config["do"]) : "";
  return found === "" ? null : found;
}

function readCase(value: Json): Case {
  const { when, next } = (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}) as Record<string, Json>;
  return { when: text(when), next: names(next) };
}

/** A name or a list of names, as a list. */
export function names(value: Json | undefined): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function child(root: YAMLMap | null, section: string, key: string): unknown {
  const map = root?.get(section, true);
  return isMap(map) ? map.get(key, true) : null;
}

function section(root: YAMLMap | null, name: string, document: Document): Record<string, Json> {
  const map = root?.get(name, true);
  return isMap(map) ? (map.toJS(document) as Record<string, Json>) : {};
}

function word(node: unknown): string | null {
  return isScalar(node) && typeof node.value === "string" ? node.value : null;
}
