import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Handler, Schema } from "@/api/types";
import type { Organism } from "@/model/read";
import { completeNames, type Known } from "@/parts/code/expressions";
import { placeAt, saidBy } from "./yaml-place";
import { about, type FlowSchema, resolve, schemaAt, valuesOf } from "./yaml-words";

/** What there is to know about a text while it is written. */
export interface Facts {
  organism: Organism;
  handlers: Handler[];
  schema: FlowSchema | null;
  /** The names that the expressions of a listener may use. */
  known(listener: string): Known[];
}

/** Keys whose values are names of listeners. */
const NAMES = new Set(["next", "peers", "otherwise", "on_error", "entry", "do"]);
/** How a key goes on that holds more than a word. */
const OPENS: Record<string, string> = { prompt: " |\n", peers: " [", retry: " {attempts: 3, backoff: 1s}", agent: " true", listeners: "\n  - name: ", cases: "\n      - when: " };

/** Completes keys, values, listeners' names and expressions, by where the cursor stands. */
export function completeYaml(facts: () => Facts) {
  const expressions = (context: CompletionContext) => completeNames(() => facts().known(listenerAt(context) ?? ""), false)(context);
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/\{\{[^}]*$/.test(before)) return expressions(context);
    const value = /^\s*(?:- +)*([a-z_]+):\s+(.*?)([\w./-]*)$/.exec(before);
    if (value) return values(context, facts(), value[1] ?? "", { opened: value[2] ?? "", word: value[3] ?? "" });
    const item = /^\s*- +([\w-]*)$/.exec(before);
    if (item) {
      const { keys } = placeAt(context.state.doc, line.number);
      if (NAMES.has(keys.at(-1) ?? "")) return names(context, facts(), item[1] ?? "");
    }
    const key = /^\s*(?:- +)*([a-z_]*)$/.exec(before);
    return key && (key[1] !== "" || context.explicit) ? keysAt(context, facts(), key[1] ?? "") : null;
  };
}

/** The schema of what stands around a line, and of what. */
export function schemaAround(context: { doc: CompletionContext["state"]["doc"]; line: number }, { handlers, schema }: Facts): { schema: Schema | null; handler: Handler | undefined; keys: string[] } {
  const { keys, listener } = placeAt(context.doc, context.line);
  const said = listener ? saidBy(context.doc, listener) : null;
  const name = said?.get("agent") === "true" ? "agent" : said?.get("handler");
  const handler = handlers.find((one) => one.name === name);
  return { schema: schema ? schemaAt(schema, keys, handler) : null, handler, keys };
}

function keysAt(context: CompletionContext, facts: Facts, typed: string): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos).number;
  const { schema, handler, keys } = schemaAround({ doc: context.state.doc, line }, facts);
  if (!schema?.properties || !facts.schema) return null;
  const root = facts.schema;
  const { listener } = placeAt(context.state.doc, line);
  const there = listener && keys.length === 1 ? saidBy(context.state.doc, listener) : null;
  const options = Object.entries(schema.properties).flatMap(([label, one]): Completion[] => {
    // What is there already, and what only agents have.
    if (there?.has(label) && label !== typed) return [];
    if (keys.length === 1 && handler && handler.name !== "agent" && label in (agentKeys(facts) ?? {})) return [];
    return [{ label, info: about(one, root), detail: hint(resolve(one, root)), type: "property", apply: `${label}:${OPENS[label] ?? (isMapping(resolve(one, root)) ? "" : " ")}` }];
  });
  return options.length > 0 ? { from: context.pos - typed.length, options, validFor: /^[a-z_]*$/ } : null;
}

function values(context: CompletionContext, facts: Facts, key: string, { opened, word }: { opened: string; word: string }): CompletionResult | null {
  if (opened !== "" && !/^\[[^\]]*$|^["']$/.test(opened)) return null;
  if (NAMES.has(key)) return names(context, facts, word);
  if (key === "handler") {
    const options = facts.handlers.map(({ name, title, description }) => ({ label: name, detail: title, info: description, type: "class" }));
    return { from: context.pos - word.length, options, validFor: /^[\w-]*$/ };
  }
  const { schema } = schemaAround({ doc: context.state.doc, line: context.state.doc.lineAt(context.pos).number }, facts);
  const own = schema?.properties?.[key];
  const choices = own && facts.schema ? valuesOf(own, facts.schema) : [];
  return choices.length > 0 ? { from: context.pos - word.length, options: choices.map((label) => ({ label, type: "enum" })), validFor: /^[\w./-]*$/ } : null;
}

function names(context: CompletionContext, { organism }: Facts, word: string): CompletionResult {
  const options = organism.listeners.map(({ name, description, handler }) => ({ label: name, detail: handler, info: description, type: "variable" }));
  return { from: context.pos - word.length, options, validFor: /^[\w-]*$/ };
}

function listenerAt(context: CompletionContext): string | null {
  const { listener } = placeAt(context.state.doc, context.state.doc.lineAt(context.pos).number);
  return listener ? (saidBy(context.state.doc, listener).get("name") ?? null) : null;
}

const agentKeys = ({ handlers }: Facts) => handlers.find((one) => one.name === "agent")?.config.properties;
const isMapping = (schema: Schema): boolean => [schema.type ?? []].flat()[0] === "object" && schema.properties === undefined;

function hint(schema: Schema): string {
  return [schema.type ?? []].flat().join(" or ") || (schema.enum ? "one of a few" : "");
}
