import { isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { Json } from "@/api/types";
import {
  blockText,
  columnOf,
  dashOf,
  endOf,
  flowText,
  itemOf,
  lineEnd,
  lineStart,
  pairEnd,
  pairOf,
  pairText,
  type Path,
  rangeOf,
  rootOf,
  splice,
  startOf,
} from "./source";

/** Where a new key of a listener or of the organism goes: behind the last of those before it here. */
const ORDER = [
  ..."name description handler agent entry model temperature max_tokens max_turns memory prompt config input output cases otherwise".split(" "),
  ..."peers retry timeout on_error concurrency next".split(" "),
];

/**
 * Sets the value at a path and touches nothing else: comments, order, quotes and unknown keys stay as they are.
 *
 * @throws UnreadableText
 */
export function setPath(text: string, path: Path, value: Json): string {
  const root = rootOf(text);
  if (!root) return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${wrap(path, value)}\n`;
  let node: Node = root;
  let holder: { parent: YAMLMap | YAMLSeq; step: string | number } | null = null;
  for (const [depth, step] of path.entries()) {
    const found = childOf(node, step);
    if (!found) {
      const rest = nested(path.slice(depth + 1), value);
      if (isCollection(node) && node.items.length > 0) return insert(text, node as YAMLMap | YAMLSeq, step, rest);
      return holder ? replace(text, holder.parent, holder.step, nested([step], rest)) : `${text}${wrap(path, value)}\n`;
    }
    holder = { parent: node as YAMLMap | YAMLSeq, step };
    node = found;
  }
  return holder ? change(text, path, node, holder, value) : text;
}

/** Takes a key or an item out; what held only that goes with it. @throws UnreadableText */
export function removePath(text: string, path: Path): string {
  const root = rootOf(text);
  const parents: { parent: Node; step: string | number }[] = [];
  let node: Node | undefined = root ?? undefined;
  for (const step of path) {
    if (!node) return text;
    parents.push({ parent: node, step });
    node = childOf(node, step);
  }
  const last = parents.at(-1);
  if (!node || !last) return text;
  const { parent, step } = last;
  const isOnly = isCollection(parent) && parent.items.length === 1;
  // A listener and a top section stay even when they are empty.
  if (isOnly && path.length > 3) return removePath(text, path.slice(0, -1));
  if (isMap(parent)) return removePair(text, parent, String(step));
  return isSeq(parent) ? removeItem(text, parent, Number(step)) : text;
}

/** One name as a word, several as a list, none as nothing. @throws UnreadableText */
export function setNames(text: string, path: Path, names: string[]): string {
  const [first] = names;
  if (first === undefined) return removePath(text, path);
  return setPath(text, path, names.length === 1 ? first : names);
}

function change(text: string, path: Path, node: Node, holder: { parent: YAMLMap | YAMLSeq; step: string | number }, value: Json): string {
  const before = node.toJSON() as Json;
  if (JSON.stringify(before) === JSON.stringify(value)) return text;
  // Key by key, so that the comments of what stays the same stay too.
  if (isMap(node) && node.items.length > 0 && isRecord(before) && isRecord(value) && Object.keys(value).length > 0) {
    let changed = text;
    for (const key of Object.keys(before)) if (!(key in value)) changed = removePath(changed, [...path, key]);
    for (const [key, one] of Object.entries(value)) changed = setPath(changed, [...path, key], one);
    return changed;
  }
  return replace(text, holder.parent, holder.step, value);
}

function replace(text: string, parent: YAMLMap | YAMLSeq, step: string | number, value: Json): string {
  if (isMap(parent)) {
    const pair = pairOf(parent, String(step));
    if (!pair) return text;
    const start = startOf(pair.key);
    if (parent.flow) return splice(text, start, pairEnd(text, pair), `${text.slice(start, rangeOf(pair.key)[1])}: ${flowText(value)}`);
    const kept = sameStyle(text, pair.value, value);
    if (kept !== null && pair.value) return splice(text, startOf(pair.value), endOf(text, pair.value), kept);
    return replaceLines(text, start, pairEnd(text, pair), pairText(String(step), value, columnOf(text, start)));
  }
  const item = itemOf(parent, Number(step));
  if (!item) return text;
  const rendered = parent.flow ? flowText(value) : blockText(value, columnOf(text, startOf(item)));
  return splice(text, startOf(item), endOf(text, item), rendered);
}

/** A comment behind a value would become part of a text of several lines: it moves to a line of its own above. */
function replaceLines(text: string, start: number, end: number, piece: string): string {
  const close = lineEnd(text, end);
  const comment = text.slice(end, close).trim();
  if (!piece.includes("\n") || !comment.startsWith("#")) return splice(text, start, end, piece);
  return splice(text, start, close, `${comment}\n${" ".repeat(columnOf(text, start))}${piece}`);
}

/** A quoted string stays quoted, so that a change of one word is a change of one word. */
function sameStyle(text: string, node: Node | null, value: Json): string | null {
  if (!isScalar(node) || typeof value !== "string" || value.includes("\n")) return null;
  if (node.type === "QUOTE_DOUBLE") return JSON.stringify(value);
  if (node.type === "QUOTE_SINGLE" && text.charAt(startOf(node)) === "'") return `'${value.replaceAll("'", "''")}'`;
  return null;
}

function insert(text: string, parent: YAMLMap | YAMLSeq, step: string | number, value: Json): string {
  if (isSeq(parent)) return insertItem(text, parent, value);
  const key = String(step);
  const pairs = parent.items as Pair<Node, Node | null>[];
  const last = pairs.at(-1);
  const first = pairs[0];
  if (!last || !first) return text;
  if (parent.flow) return splice(text, pairEnd(text, last), pairEnd(text, last), `, ${flowText(key)}: ${flowText(value)}`);
  const column = columnOf(text, startOf(first.key));
  const end = lineEnd(text, pairEnd(text, before(pairs, key) ?? last));
  return splice(text, end, end, `\n${" ".repeat(column)}${pairText(key, value, column)}`);
}

/** The pair that a new key goes behind, where the order says one. */
function before(pairs: Pair<Node, Node | null>[], key: string): Pair<Node, Node | null> | null {
  const place = ORDER.indexOf(key);
  if (place === -1) return null;
  const known = pairs.filter((pair) => {
    const at = ORDER.indexOf(String((pair.key as { value?: unknown }).value));
    return at !== -1 && at < place;
  });
  return known.at(-1) ?? null;
}

function insertItem(text: string, list: YAMLSeq, value: Json): string {
  const last = itemOf(list, list.items.length - 1);
  if (!last) return text;
  const end = endOf(text, last);
  if (list.flow) return splice(text, end, end, `, ${flowText(value)}`);
  const column = columnOf(text, dashOf(text, last));
  const at = lineEnd(text, end);
  return splice(text, at, at, `\n${" ".repeat(column)}- ${blockText(value, column + 2)}`);
}

function removePair(text: string, map: YAMLMap, key: string): string {
  const pairs = map.items as Pair<Node, Node | null>[];
  const place = pairs.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  const pair = pairs[place];
  if (!pair) return text;
  const start = startOf(pair.key);
  const end = pairEnd(text, pair);
  if (map.flow) return removeBetween(text, pairs.map((one) => [startOf(one.key), pairEnd(text, one)]), place);
  const lineAt = lineStart(text, start);
  const next = pairs[place + 1];
  // Behind a dash the line stays: the next key moves up to it.
  if (text.slice(lineAt, start).trim() !== "") return splice(text, start, next ? startOf(next.key) : end, next ? "" : "{}");
  return splice(text, lineAt, Math.min(text.length, lineEnd(text, end) + 1), "");
}

function removeItem(text: string, list: YAMLSeq, place: number): string {
  const items = list.items as Node[];
  const item = items[place];
  if (!item) return text;
  if (list.flow) return removeBetween(text, items.map((one) => [startOf(one), endOf(text, one)]), place);
  const start = lineStart(text, dashOf(text, item));
  return splice(text, start, Math.min(text.length, lineEnd(text, endOf(text, item)) + 1), "");
}

/** Takes one of several pieces and the comma beside it. */
function removeBetween(text: string, pieces: [start: number, end: number][], place: number): string {
  const [start, end] = pieces[place] ?? [0, 0];
  const previous = pieces[place - 1];
  const next = pieces[place + 1];
  if (previous) return splice(text, previous[1], end, "");
  return splice(text, start, next ? next[0] : end, "");
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (isMap(node) && typeof step === "string") return pairOf(node, step)?.value ?? undefined;
  return isSeq(node) && typeof step === "number" ? itemOf(node, step) : undefined;
}

function nested(path: Path, value: Json): Json {
  return path.reduceRight<Json>((inner, step) => (typeof step === "number" ? [inner] : { [step]: inner }), value);
}

function wrap(path: Path, value: Json): string {
  const [first, ...rest] = path;
  return pairText(String(first), nested(rest, value), 0);
}

function isRecord(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
