import type { Json } from "@/api/types";

/** A node of n8n, as an export has it. */
export interface N8nNode {
  name: string;
  type: string;
  parameters: Record<string, Json>;
  disabled?: boolean;
  credentials?: Record<string, unknown>;
  notes?: string;
}

interface Context {
  /** Its name as a listener. */
  name: string;
  tools: string[];
  model: Json;
  note(what: string): void;
  convert(value: Json): Json;
}

type Made = Record<string, Json>;
type Writer = (parameters: Record<string, Json>, context: Context) => Made;

const PASS: Made = { handler: "set", config: { payload: "{{ input }}" } };

/** A node as a listener without its edges; what is not known here hands its input on, and is noted. */
export function translate(node: N8nNode, context: Context): Made {
  const about = { name: context.name, description: node.notes?.trim() || node.name };
  if (node.disabled) {
    context.note("it is switched off there; here it hands its input on");
    return { ...about, ...PASS };
  }
  const kind = node.type.split(".").at(-1) ?? node.type;
  const writer = WRITERS[kind];
  if (writer) return { ...about, ...writer(node.parameters, context) };
  context.note(`there is nothing like ${node.type} here; it hands its input on`);
  return { ...about, ...PASS };
}

const WRITERS: Record<string, Writer> = {
  httpRequest: http,
  toolHttpRequest: http,
  httpRequestTool: http,
  set: ({ assignments, jsonOutput, values }, { convert, note }) => {
    if (typeof jsonOutput === "string") return { handler: "set", config: { payload: convert(jsonOutput) } };
    const pairs = [...items(at(assignments, "assignments")), ...Object.values(record(values)).flatMap(items)];
    if (pairs.length === 0) note("no fields were found in it");
    return { handler: "set", config: { payload: Object.fromEntries(pairs.map((one) => [String(one["name"]), convert(one["value"] ?? null)])) } };
  },
  noOp: () => PASS,
  merge: ({ mode }, { note }) => {
    if (mode && mode !== "append") note(`it merges by ${String(mode)}; here it makes a list`);
    return { handler: "merge" };
  },
  if: ({ conditions }, context) => ({ handler: "branch", cases: [{ when: condition(conditions, context) }] }),
  filter: ({ conditions }, context) => ({ handler: "branch", cases: [{ when: condition(conditions, context) }] }),
  switch: ({ rules }, context) => ({
    handler: "branch",
    cases: [...items(at(rules, "values")), ...items(at(rules, "rules"))].map((rule) => ({ when: condition(rule["conditions"], context) })),
  }),
  wait: ({ amount, unit }, { note }) => {
    if (typeof amount !== "number") note("say how long it waits: one minute is a guess");
    return { handler: "delay", config: { for: typeof amount === "number" ? `${amount}${String(unit ?? "hours").charAt(0)}` : "1m" } };
  },
  respondToWebhook: ({ responseBody }, { convert }) => ({ handler: "output", ...(responseBody ? { config: { payload: convert(responseBody) } } : {}) }),
  toolCalculator: () => ({ handler: "calculate" }),
  agent: ({ options, text }, { convert, tools, model, note }) => {
    const prompt = at(options, "systemMessage") ?? text;
    if (typeof prompt !== "string") note("it has no prompt: write one");
    return {
      agent: true,
      prompt: typeof prompt === "string" ? String(convert(prompt)) : "Answer the input.",
      ...(modelName(model) ? { model: modelName(model) } : {}),
      ...(tools.length > 0 ? { peers: tools } : {}),
    };
  },
  chainLlm: ({ text }, { convert, model }) => ({
    handler: "prompt",
    config: { prompt: String(convert(text ?? "={{ $json }}")), ...(modelName(model) ? { model: modelName(model) } : {}) },
  }),
};

function http(parameters: Record<string, Json>, { convert, note }: Context): Made {
  const { method, url, jsonBody, authentication } = parameters;
  const headers = items(at(parameters["headerParameters"], "parameters")).map((one) => [String(one["name"]), convert(one["value"] ?? "")]);
  const query = items(at(parameters["queryParameters"], "parameters")).map((one) => [String(one["name"]), convert(one["value"] ?? "")]);
  if (authentication && authentication !== "none") note("write its authentication as a header with a secret");
  return {
    handler: "http",
    config: {
      url: convert(url ?? ""),
      ...(method ? { method } : {}),
      ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
      ...(query.length > 0 ? { query: Object.fromEntries(query) } : {}),
      ...(jsonBody ? { body: convert(jsonBody) } : {}),
    },
  };
}

const SIGNS: Record<string, string> = { equals: "==", notEquals: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=", larger: ">", largerEqual: ">=", smaller: "<", smallerEqual: "<=" };

function condition(conditions: Json | undefined, { convert, note }: Context): string {
  const parts = items(at(conditions, "conditions")).map((one) => {
    const left = side(convert(one["leftValue"] ?? ""));
    const operation = String(at(one["operator"], "operation") ?? "equals");
    if (operation === "true") return left;
    if (operation === "false") return `not ${left}`;
    if (operation === "exists" || operation === "notExists") return `${left} is ${operation === "exists" ? "defined" : "undefined"}`;
    if (operation === "contains") return `${side(convert(one["rightValue"] ?? ""))} in ${left}`;
    const sign = SIGNS[operation];
    if (!sign) note(`the comparison "${operation}" is not translated: it compares for equality`);
    return `${left} ${sign ?? "=="} ${side(convert(one["rightValue"] ?? ""))}`;
  });
  if (parts.length === 0) {
    note("its condition could not be read: it never holds");
    return "false";
  }
  return parts.join(at(conditions, "combinator") === "or" ? " or " : " and ");
}

/** One side of a comparison: an expression without its braces, or a value. */
function side(value: Json): string {
  const found = typeof value === "string" ? /^\{\{\s*(.*?)\s*\}\}$/s.exec(value) : null;
  return found?.[1] ?? JSON.stringify(value);
}

function modelName(model: Json): string | null {
  const found = at(model, "value") ?? model;
  return typeof found === "string" && found !== "" ? found : null;
}

function record(value: Json | undefined): Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

const at = (value: Json | undefined, key: string): Json | undefined => record(value)[key];

function items(value: Json | undefined): Record<string, Json>[] {
  return Array.isArray(value) ? value.map(record) : [];
}
