import { isMap, isScalar, isSeq, type Node, type Scalar, visit, type YAMLMap } from "yaml";
import type { Path } from "./source";
import { endOf, pairOf, rangeOf, rootOf, splice, startOf } from "./source";

/** A place where a text names a listener. */
interface Reference {
  node: Scalar;
  path: Path;
}

/** Every place that names a listener: entry, next, peers, do, cases, otherwise, on_error. */
export function references(root: YAMLMap): Reference[] {
  const found: Reference[] = [];
  const take = (node: Node | null | undefined, path: Path) => {
    if (isScalar(node) && typeof node.value === "string") found.push({ node, path });
    if (isSeq(node)) for (const [place, item] of node.items.entries()) take(item as Node, [...path, place]);
  };
  const organism = pairOf(root, "organism")?.value;
  if (isMap(organism)) take(pairOf(organism, "entry")?.value, ["organism", "entry"]);
  for (const [index, item] of listenerNodes(root).entries()) {
    if (!isMap(item)) continue;
    for (const key of ["next", "peers", "otherwise", "on_error"]) take(pairOf(item, key)?.value, ["listeners", index, key]);
    const config = item.get("handler") === "each" ? pairOf(item, "config")?.value : null;
    if (isMap(config)) take(pairOf(config, "do")?.value, ["listeners", index, "config", "do"]);
    const cases = pairOf(item, "cases")?.value;
    if (!isSeq(cases)) continue;
    for (const [place, one] of cases.items.entries()) {
      if (isMap(one)) take(pairOf(one, "next")?.value, ["listeners", index, "cases", place, "next"]);
    }
  }
  return found;
}

export function listenerNodes(root: YAMLMap): Node[] {
  const list = pairOf(root, "listeners")?.value;
  return isSeq(list) ? (list.items as Node[]) : [];
}

/**
 * Gives a listener another name everywhere: in its own entry, where it is named, and in expressions over its output.
 *
 * @throws UnreadableText
 */
export function renameListener(text: string, from: string, to: string): string {
  const root = rootOf(text);
  if (!root) return text;
  const spots = references(root).filter(({ node }) => node.value === from).map(({ node }) => node);
  for (const item of listenerNodes(root)) {
    const name = isMap(item) ? pairOf(item, "name")?.value : null;
    if (isScalar(name) && name.value === from) spots.push(name);
  }
  const pieces = spots.map((node) => ({ start: startOf(node), end: endOf(text, node), piece: requote(text, node, to) }));
  pieces.push(...inExpressions(text, root, from, to));
  // From the end, so that the places before stay where they are.
  return pieces.toSorted((a, b) => b.start - a.start).reduce((changed, { start, end, piece }) => splice(changed, start, end, piece), text);
}

function requote(text: string, node: Scalar, value: string): string {
  const quote = text.charAt(startOf(node));
  if (quote === '"' || quote === "'") return `${quote}${value}${quote}`;
  return /^[A-Za-z_][\w.-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : `"${value}"`;
}

function inExpressions(text: string, root: YAMLMap, from: string, to: string): { start: number; end: number; piece: string }[] {
  const name = from.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(String.raw`\bsteps(?:\.${name}(?![\w-])|\[(["'])${name}\1\])`, "g");
  const found: { start: number; end: number; piece: string }[] = [];
  visit(root, {
    Scalar(key, node) {
      if (key === "key" || typeof node.value !== "string" || !node.value.includes("steps")) return;
      const [start, end] = rangeOf(node);
      const isSingle = text.charAt(start) === "'";
      for (const hit of text.slice(start, end).matchAll(pattern)) {
        const quote = isSingle ? '"' : "'";
        const piece = /^[A-Za-z_]\w*$/.test(to) ? `steps.${to}` : `steps[${quote}${to}${quote}]`;
        found.push({ start: start + hit.index, end: start + hit.index + hit[0].length, piece });
      }
    },
  });
  return found;
}

