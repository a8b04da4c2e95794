import { stringify } from "yaml";
import type { Json } from "@/api/types";
import { freshName } from "@/model/listeners";
import { expression } from "./n8n-expressions";
import { type N8nNode, translate } from "./n8n-nodes";

/** A flow made of a workflow of n8n, and what of it could not be taken along. */
export interface Imported {
  name: string;
  yaml: string;
  /** One sentence a thing, with the node's name. */
  notes: string[];
}

type Targets = { node: string }[];

interface Workflow {
  name?: string;
  nodes: N8nNode[];
  connections: Record<string, Record<string, (Targets | null)[]>>;
}

/** Parts of an agent that are no listeners of their own: its model and its memory. */
const PARTS = ["ai_languageModel", "ai_memory", "ai_outputParser", "ai_embedding"];

/** Reads an export of n8n; null when the text is something else. */
export function fromN8n(text: string): Imported | null {
  const workflow = parse(text);
  if (!workflow) return null;
  const notes: string[] = [];
  const { nodes, connections } = workflow;
  const links = (from: string, kind: string) => connections[from]?.[kind] ?? [];
  const isPart = (node: N8nNode) => PARTS.some((kind) => links(node.name, kind).length > 0);
  const isTrigger = (node: N8nNode) => /trigger$|\.webhook$|\.cron$/i.test(node.type);
  const isNote = (node: N8nNode) => node.type.endsWith("stickyNote");
  const listed = nodes.filter((node) => !isPart(node) && !isTrigger(node) && !isNote(node));
  const names = new Map<string, string>();
  for (const node of listed) names.set(node.name, freshName([...names.values(), "result"], node.name.toLowerCase()));
  const named = (targets: Targets | null | undefined) => [...new Set((targets ?? []).flatMap((one) => names.get(one.node) ?? []))];
  for (const node of nodes.filter(isTrigger)) notes.push(`${node.name}: add a trigger to the flow; n8n keeps it among the nodes`);
  for (const node of nodes.filter(isPart)) if (links(node.name, "ai_memory").length > 0) notes.push(`${node.name}: memory is not translated`);
  const listeners = listed.map((node) => {
    const toolsOf = nodes.filter((one) => links(one.name, "ai_tool").flat().some((target) => target?.node === node.name));
    const model = nodes.find((one) => links(one.name, "ai_languageModel").flat().some((target) => target?.node === node.name));
    const context = { name: names.get(node.name) ?? node.name, note: (what: string) => notes.push(`${node.name}: ${what}`), convert: (value: Json) => expression(value, names, (what) => notes.push(`${node.name}: ${what}`)) };
    const made = translate(node, { ...context, tools: toolsOf.flatMap((one) => names.get(one.name) ?? []), model: model?.parameters["model"] ?? null });
    if (node.credentials) notes.push(`${node.name}: its credentials stay in n8n; keep them as a secret here`);
    const isTool = links(node.name, "ai_tool").length > 0;
    const ways = links(node.name, "main").map(named);
    return { listener: connected(made, ways), isEnd: !isTool && ways.every((way) => way.length === 0) && made["handler"] !== "output" };
  });
  const ends = listeners.filter((one) => one.isEnd);
  for (const { listener } of ends) listener["next"] = "result";
  const all: Record<string, Json>[] = listeners.map((one) => one.listener);
  if (ends.length > 0) all.push({ name: "result", description: "What the flow answers", handler: "output" });
  const first = nodes.filter(isTrigger).flatMap((node) => named(links(node.name, "main").flat().filter((one) => one !== null)))[0];
  const name = workflow.name?.trim() || "Imported from n8n";
  const organism = { name: freshName([], name.toLowerCase()), ...(first && first !== all[0]?.["name"] ? { entry: first } : {}) };
  return { name, yaml: heading(notes) + stringify({ organism, listeners: all }, { lineWidth: 0 }), notes };
}

function parse(text: string): Workflow | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    const read = JSON.parse(text) as Partial<Workflow>;
    if (!Array.isArray(read.nodes) || typeof read.connections !== "object") return null;
    const nodes = read.nodes.map((node) => ({ ...node, parameters: node.parameters ?? {} }));
    return { nodes, connections: read.connections ?? {}, ...(read.name ? { name: read.name } : {}) };
  } catch {
    return null;
  }
}

/** What leaves n8n's outputs leaves by `next`, or by the cases of a branch. */
function connected(listener: Record<string, Json>, ways: string[][]): Record<string, Json> {
  const cases = listener["cases"];
  const one = (names: string[]): Json => (names.length === 1 ? (names[0] ?? "") : names);
  if (!Array.isArray(cases)) {
    const next = [...new Set(ways.flat())];
    return next.length > 0 ? { ...listener, next: one(next) } : listener;
  }
  const kept = cases.flatMap((item, place) => (ways[place]?.length ? [{ ...(item as Record<string, Json>), next: one(ways[place] ?? []) }] : []));
  const rest = ways.slice(cases.length).flat();
  return { ...listener, cases: kept, ...(rest.length > 0 ? { otherwise: one(rest) } : {}) };
}

function heading(notes: string[]): string {
  if (notes.length === 0) return "";
  return `# Imported from n8n. To do by hand:\n${notes.map((note) => `# - ${note.replaceAll(/\s+/g, " ")}`).join("\n")}\n\n`;
}
