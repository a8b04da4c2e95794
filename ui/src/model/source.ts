import { isCollection, isMap, isScalar, type Node, type Pair, parseDocument, type Range, stringify, visit, type YAMLMap, type YAMLSeq } from "yaml";
import type { Json } from "@/api/types";
import { parse } from "./parse";

/** A step on the way to a value: a key, or a place in a list. */
export type Path = (string | number)[];

/** The text cannot be read, so nothing can be changed at a place in it. */
export class UnreadableText extends Error {
  override name = "UnreadableText";
  constructor() {
    super("The text has a mistake in its syntax: mend it first, then the canvas can change it");
  }
}

/** The root of a text. @throws UnreadableText */
export function rootOf(text: string): YAMLMap | null {
  const { document } = parse(text);
  if (document.errors.length > 0) throw new UnreadableText();
  return isMap(document.contents) ? document.contents : null;
}

/** Replaces a piece of a text. */
export function splice(text: string, start: number, end: number, piece: string): string {
  return text.slice(0, start) + piece + text.slice(end);
}

export const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

/** The end of the line, before its line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

export const columnOf = (text: string, at: number): number => at - lineStart(text, at);

export const rangeOf = (node: Node): Range => node.range ?? [0, 0, 0];

export const startOf = (node: Node): number => rangeOf(node)[0];

/** Where the last character of a value stands; comments and line breaks after it are not its own. */
export function endOf(text: string, node: Node): number {
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last !== undefined) return isMap(node) ? pairEnd(text, last as Pair<Node, Node | null>) : endOf(text, last as Node);
  }
  let end = rangeOf(node)[1];
  if (isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED")) {
    while (end > startOf(node) && /\s/.test(text.charAt(end - 1))) end -= 1;
  }
  return end;
}

export function pairEnd(text: string, pair: Pair<Node, Node | null>): number {
  const { key, value } = pair;
  if (value && !(isScalar(value) && value.value === null && rangeOf(value)[0] === rangeOf(value)[1])) return endOf(text, value);
  // `key:` with nothing behind it: the colon is the end.
  const colon = text.indexOf(":", rangeOf(key)[1]);
  return colon === -1 ? rangeOf(key)[1] : colon + 1;
}

/** The pair of a key in a map. */
export function pairOf(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  return (map.items as Pair<Node, Node | null>[]).find((pair) => isScalar(pair.key) && pair.key.value === key);
}

export function itemOf(list: YAMLSeq, index: number): Node | undefined {
  return list.items[index] as Node | undefined;
}

/** Where the dash of a list's item stands. */
export function dashOf(text: string, item: Node): number {
  return text.lastIndexOf("-", startOf(item) - 1);
}

/** Lists of short words stand on one line. */
const FLOW_LIMIT = 72;

/** A value as YAML in block style, its following lines indented by so many columns. */
export function blockText(value: Json, column: number): string {
  const text = stringify(value, (_key, one: Json) => one, { lineWidth: 0, indentSeq: true, aliasDuplicateObjects: false });
  return indent(text, column);
}

/** `key: value` in block style, short lists of words on one line. */
export function pairText(key: string, value: Json, column: number): string {
  const document = parseDocument(stringify({ [key]: value }, { lineWidth: 0, aliasDuplicateObjects: false }));
  visit(document, {
    Seq(_, list) {
      const isShort = list.items.every((item) => isScalar(item) && !/\n/.test(String(item.value)));
      if (isShort && JSON.stringify(list.toJSON()).length <= FLOW_LIMIT) list.flow = true;
    },
  });
  return indent(document.toString({ lineWidth: 0, flowCollectionPadding: false }), column);
}

/** A value on one line, for the inside of `{…}` and `[…]`. */
export function flowText(value: Json): string {
  if (typeof value === "string" && value.includes("\n")) return JSON.stringify(value);
  const options = { lineWidth: 0, collectionStyle: "flow", flowCollectionPadding: false } as const;
  // Inside a list, so that a string with a comma or a brace is quoted.
  const text = stringify([value], options).trimEnd();
  return text.startsWith("[") ? text.slice(1, -1).trim() : text;
}

function indent(text: string, column: number): string {
  const pad = " ".repeat(column);
  const lines = text.replace(/\n+$/, "").split("\n");
  return lines.map((line, place) => (place === 0 || line === "" ? line : pad + line)).join("\n");
}
