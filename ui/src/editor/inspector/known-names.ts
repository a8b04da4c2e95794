import type { Handler, Json, Schema } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import { isCall } from "@/model/listeners";
import type { Listener, Organism } from "@/model/read";
import type { Known } from "@/parts/code/expressions";
import { flatten } from "@/runs/run-store";
import type { Run } from "@/runs/fold";

/** How deep into values names are offered. */
const DEPTH = 3;
const MAX_SAMPLE = 28;

/** The names that a listener's expressions may use: from the last run where there is one, else from schemas. */
export function knownNames(listener: Listener, organism: Organism, run: Run | null, handlers: Handler[]): Known[] {
  const visits = run ? flatten(run.visits) : [];
  const last = visits.findLast((one) => one.listener === listener.name && one.kind !== "call" && one.kind !== "turn");
  const found: Known[] = [{ path: "input" }];
  if (last) found.push(...pathsOf("input", last.input));
  else for (const before of callersOf(listener.name, organism)) found.push(...fromSchema("input", outputOf(before, handlers)));
  for (const one of ancestorsOf(listener.name, organism)) {
    const root = /^[A-Za-z_]\w*$/.test(one.name) ? `steps.${one.name}` : `steps['${one.name}']`;
    const visit = visits.findLast((visit) => visit.listener === one.name && visit.end !== null);
    found.push({ path: root }, ...(visit ? pathsOf(root, visit.output) : fromSchema(root, outputOf(one, handlers))));
  }
  found.push({ path: "trigger.payload" }, ...(run ? pathsOf("trigger.payload", run.input) : []));
  found.push({ path: "trigger.headers" }, { path: "trigger.query" }, { path: "vars." }, { path: 'secret("NAME")' }, { path: "execution.id" }, { path: "now" });
  return [...new Map(found.map((one) => [one.path, one])).values()];
}

/** What a listener says that it answers, else what its handler says. */
function outputOf(listener: Listener, handlers: Handler[]): Schema | null {
  const said = listener.raw["output"];
  if (typeof said === "object" && said !== null && !Array.isArray(said)) return said as Schema;
  return handlers.find((one) => one.name === listener.handler)?.output ?? null;
}

/** The names of a value that is the input. */
export const shownNames = (value: Json): Known[] => pathsOf("input", value);

function pathsOf(root: string, value: Json, depth = DEPTH): Known[] {
  if (depth === 0 || value === null || typeof value !== "object") return [];
  const entries: [string, Json][] = Array.isArray(value) ? value.slice(0, 1).map((one): [string, Json] => ["[0]", one]) : Object.entries(value);
  return entries.flatMap(([key, one]) => {
    const path = key.startsWith("[") ? `${root}${key}` : /^[A-Za-z_]\w*$/.test(key) ? `${root}.${key}` : `${root}['${key}']`;
    return [{ path, sample: sampleOf(one) }, ...pathsOf(path, one, depth - 1)];
  });
}

function sampleOf(value: Json): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE)}…` : text;
}

function fromSchema(root: string, schema: Schema | null): Known[] {
  return Object.entries(schema?.properties ?? {}).map(([key, one]) => ({ path: `${root}.${key}`, sample: one.title ?? String(one.type ?? "") }));
}

function callersOf(name: string, organism: Organism): Listener[] {
  const from = new Set(links(organism).flatMap((link) => (link.to === name && !isCall(link.port) ? [link.from] : [])));
  return organism.listeners.filter((one) => from.has(one.name));
}

/** Every listener from which a message can have come. */
function ancestorsOf(name: string, organism: Organism): Listener[] {
  const all = links(organism);
  const seen = new Set<string>();
  const queue = [name];
  for (const current of queue) {
    for (const link of all) {
      if (link.to !== current || seen.has(link.from) || link.from === TRIGGER) continue;
      seen.add(link.from);
      queue.push(link.from);
    }
  }
  return organism.listeners.filter((one) => seen.has(one.name));
}
