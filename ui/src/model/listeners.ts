import { isMap, isScalar, isSeq, stringify } from "yaml";
import type { Handler, Json, Schema } from "@/api/types";
import { removePath, setNames, setPath } from "./edit";
import { read } from "./read";
import { listenerNodes, references, renameListener } from "./references";
import { columnOf, dashOf, endOf, lineEnd, lineStart, pairOf, rootOf, splice } from "./source";

/** A name that no listener has yet: `http`, then `http-2`, `http-3`, also when it is wished for as `http-2`. */
export function freshName(taken: string[], wish: string): string {
  const base = wish.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-+|-+$/g, "") || "listener";
  if (!taken.includes(base)) return base;
  const root = base.replace(/-\d{1,2}$/, "");
  let number = 2;
  while (taken.includes(`${root}-${number}`)) number += 1;
  return `${root}-${number}`;
}

/** What a new listener of a handler says, before anybody filled it in. */
export function newListener(handler: Handler, name: string): Record<string, Json> {
  const about = { name, description: firstSentence(handler.description) };
  if (handler.name === "agent") return { ...about, agent: true, model: "echo", prompt: "Say what the input says, in one sentence.\n" };
  if (handler.name === "branch") return { ...about, handler: "branch", cases: [] };
  if (handler.name === "each") return { ...about, handler: "each", config: { items: "{{ input }}" } };
  const config = required(handler.config);
  return { ...about, handler: handler.name, ...(Object.keys(config).length > 0 ? { config } : {}) };
}

function required(schema: Schema): Record<string, Json> {
  const properties = schema.properties ?? {};
  return Object.fromEntries((schema.required ?? []).map((key) => [key, sample(properties[key] ?? {})]));
}

function sample(schema: Schema): Json {
  const { default: fallback, enum: choices, examples, type } = schema;
  return fallback ?? choices?.[0] ?? examples?.[0] ?? (type === "object" ? {} : "");
}

/** As a sentence of the text, where nothing is set in ticks. */
const firstSentence = (text: string): string => (/^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/[.:]$/, "") ?? text).replaceAll("`", "");

/** Adds a listener behind another, or at the end. @throws UnreadableText */
export function addListener(text: string, listener: Record<string, Json>): string {
  return addText(text, stringify([listener], { lineWidth: 0 }).replace(/\n+$/, ""));
}

/** Adds listeners that are written as items of a list, indented as the list is. */
function addText(text: string, items: string): string {
  const root = rootOf(text);
  const list = root ? pairOf(root, "listeners")?.value : null;
  if (!root || !isSeq(list) || list.items.length === 0 || list.flow) {
    const pad = items.split("\n").map((line) => (line === "" ? line : `  ${line}`)).join("\n");
    const rest = root && pairOf(root, "listeners") ? removePath(text, ["listeners"]) : text;
    return `${rest.replace(/\n*$/, "\n\n").replace(/^\n+/, "")}listeners:\n${pad}\n`;
  }
  const nodes = listenerNodes(root);
  const last = nodes.at(-1);
  if (!last) return text;
  const column = columnOf(text, dashOf(text, last));
  const at = lineEnd(text, endOf(text, last));
  const pad = " ".repeat(column);
  const block = items.split("\n").map((line) => (line === "" ? line : pad + line)).join("\n");
  // As far apart as the others are.
  const gap = nodes.length === 1 || /\n[ \t]*\n/.test(text.slice(lineStart(text, dashOf(text, nodes.at(-2) ?? last)), dashOf(text, last))) ? "\n\n" : "\n";
  return splice(text, at, at, `${gap}${block}${text.length === at ? "\n" : ""}`);
}

/** Removes listeners and whatever names them. @throws UnreadableText */
export function removeListeners(text: string, names: string[]): string {
  let changed = text;
  for (const name of names) changed = removeOne(dropReferences(changed, (one) => one === name), name);
  return changed;
}

function removeOne(text: string, name: string): string {
  const root = rootOf(text);
  if (!root) return text;
  const nodes = listenerNodes(root);
  const place = nodes.findIndex((item) => isMap(item) && isScalar(pairOf(item, "name")?.value) && item.get("name") === name);
  const item = nodes[place];
  if (!item) return text;
  if (nodes.length === 1) return setPath(text, ["listeners"], []);
  let start = lineStart(text, dashOf(text, item));
  const end = Math.min(text.length, lineEnd(text, endOf(text, item)) + 1);
  // The comment right above belongs to it.
  for (let above = lineStart(text, start - 1); start > 0 && /^[ \t]*#/.test(text.slice(above, start)); above = lineStart(text, start - 1)) {
    start = above;
  }
  const before = text.slice(0, start);
  const after = text.slice(end);
  // Nothing stands behind it any more that the empty line could be a distance to.
  if (after === "") return before.replace(/\n([ \t]*\n)+$/, "\n");
  return /\n[ \t]*\n$/.test(before) ? before + after.replace(/^([ \t]*\n)+/, "") : before + after;
}

/** Takes names out wherever listeners are named; a case that leads nowhere goes too. @throws UnreadableText */
export function dropReferences(text: string, isGone: (name: string) => boolean): string {
  const root = rootOf(text);
  if (!root) return text;
  const hit = references(root)
    .filter(({ node }) => isGone(String(node.value)))
    .map(({ path }) => path)
    .findLast(() => true);
  if (!hit) return text;
  const isCase = hit[2] === "cases" && (hit.length === 5 || caseTargets(text, hit) === 1);
  return dropReferences(removePath(text, isCase ? hit.slice(0, 4) : hit), isGone);
}

function caseTargets(text: string, path: (string | number)[]): number {
  const listener = read(text).listeners.find((one) => one.index === path[1]);
  return listener?.cases[Number(path[3])]?.next.length ?? 0;
}

/** The text of some listeners, as a list that can be pasted anywhere. */
export function copyText(text: string, names: string[]): string {
  const root = rootOf(text);
  if (!root) return "";
  const pieces = listenerNodes(root).flatMap((item) => {
    if (!isMap(item) || !names.includes(String(item.get("name")))) return [];
    const dash = dashOf(text, item);
    const column = columnOf(text, dash);
    const lines = text.slice(dash, endOf(text, item)).split("\n");
    return [lines.map((line, place) => (place === 0 ? line : line.slice(Math.min(column, line.length - line.trimStart().length)))).join("\n")];
  });
  return pieces.length > 0 ? `${pieces.join("\n\n")}\n` : "";
}

/**
 * Adds copied listeners under fresh names, and says what they were copied from; what they name outside themselves is left out.
 *
 * Answers null when the piece is no list of listeners.
 */
export function pasteText(text: string, piece: string): { text: string; names: string[]; originals: Map<string, string> } | null {
  const lines = piece.replace(/\s+$/, "");
  let copied = /^listeners:/m.test(lines) ? lines : `listeners:\n${lines.split("\n").map((line) => `  ${line}`).join("\n")}\n`;
  const pasted = read(copied);
  if (pasted.problems.length > 0 || pasted.listeners.length === 0) return null;
  const inside = pasted.listeners.map((one) => one.name);
  copied = dropReferences(copied, (name) => !inside.includes(name));
  const taken = read(text).listeners.map((one) => one.name);
  const originals = new Map<string, string>();
  for (const name of inside) {
    const fresh = freshName([...taken, ...originals.keys(), ...inside.filter((one) => one !== name)], name);
    if (fresh !== name) copied = renameListener(copied, name, fresh);
    originals.set(fresh, name);
  }
  const names = [...originals.keys()];
  return { text: addText(text, copyText(copied, names).replace(/\n+$/, "")), names, originals };
}

/** Where an edge leaves a listener: `next`, `peers`, `do`, `case-0`, `otherwise` or `error`. */
export type Port = "next" | "peers" | "do" | "otherwise" | "error" | `case-${number}`;

/** Whether what is at the other end is called and answers, and does not just receive. */
export const isCall = (port: Port): boolean => port === "peers" || port === "do";

/** Draws an edge. @throws UnreadableText */
export function connect(text: string, from: string, port: Port, to: string): string {
  return changePort(text, from, port, (names) => (names.includes(to) ? names : [...names, to]));
}

/** Rubs an edge out. @throws UnreadableText */
export function disconnect(text: string, from: string, port: Port, to: string): string {
  return changePort(text, from, port, (names) => names.filter((name) => name !== to));
}

function changePort(text: string, from: string, port: Port, change: (names: string[]) => string[]): string {
  const listener = read(text).listeners.find((one) => one.name === from);
  if (!listener) return text;
  const at = ["listeners", listener.index];
  if (port === "error") return setNames(text, [...at, "on_error"], change(listener.errorTo ? [listener.errorTo] : []).slice(-1));
  if (port === "do") {
    const begins = change(listener.itemTo ? [listener.itemTo] : []).at(-1);
    return begins === undefined ? removePath(text, [...at, "config", "do"]) : setPath(text, [...at, "config", "do"], begins);
  }
  if (port === "next" || port === "otherwise") return setNames(text, [...at, port], change(listener[port]));
  if (port === "peers") {
    const peers = change(listener.peers);
    return peers.length === 0 ? removePath(text, [...at, "peers"]) : setPath(text, [...at, "peers"], peers);
  }
  const place = Number(port.slice("case-".length));
  const targets = change(listener.cases[place]?.next ?? []);
  const path = [...at, "cases", place];
  // A case without a target would be a mistake: it keeps its condition and gets an empty list.
  return targets.length === 0 ? setPath(text, [...path, "next"], []) : setNames(text, [...path, "next"], targets);
}

/** Makes a listener the one that receives the trigger's message. @throws UnreadableText */
export function setEntry(text: string, name: string): string {
  const first = read(text).listeners[0]?.name;
  return first === name ? removePath(text, ["organism", "entry"]) : setPath(text, ["organism", "entry"], name);
}

