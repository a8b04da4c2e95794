import type { Json } from "@/api/types";
import type { Listener } from "./read";

/** What a listener does here, in the words of its own settings; never the name of its kind alone. */
export function summary(listener: Listener, defaultModel: string | null): string {
  const config = record(listener.raw["config"]);
  const said = WRITERS[listener.handler]?.(listener, config, defaultModel);
  return said || listener.description || "No settings yet";
}

type Writer = (listener: Listener, config: Record<string, Json>, defaultModel: string | null) => string;

const WRITERS: Record<string, Writer> = {
  agent: ({ raw, peers }, _, model) => {
    const tools = peers.length === 0 ? "no tools" : peers.length === 1 ? "1 tool" : `${peers.length} tools`;
    return `${short(raw["model"]) || model || "the server's model"} · ${tools}`;
  },
  prompt: ({ raw }, config, model) => `${short(config["model"] ?? raw["model"]) || model || "the server's model"} · ${short(config["prompt"]) || "the input"}`,
  http: (_, config) => `${short(config["method"]) || "GET"} ${short(config["url"]).replace(/^https?:\/\//, "")}`,
  branch: ({ cases, otherwise }) => {
    const first = cases[0]?.when ?? "";
    if (first === "") return otherwise.length > 0 ? "always otherwise" : "";
    return cases.length === 1 ? first : `${first} · ${cases.length - 1} more`;
  },
  set: (_, config) => {
    const payload = config["payload"];
    return isRecord(payload) ? Object.keys(payload).join(", ") : short(payload);
  },
  calculate: (_, config) => short(config["expression"]) || "what it is asked",
  convert: (_, config) => (config["from"] ? `${short(config["from"])} to ${short(config["to"])}` : ""),
  kv: (_, config) => `${short(config["operation"])} ${short(config["key"] ?? config["prefix"])}`.trim(),
  merge: (_, config) => {
    const wait = config["wait"] ?? "all";
    return wait === "all" ? "waits for all" : wait === "first" ? "takes the first" : `waits for ${short(wait)}`;
  },
  each: (_, config) => `${short(config["items"]) || "the input"} · ${many(config["concurrency"])}`,
  delay: (_, config) => (config["until"] === undefined ? `for ${short(config["for"])}` : `until ${short(config["until"])}`),
  approval: (_, config) => short(config["message"]),
  flow: (_, config) => short(config["flow"]),
  email: (_, config) => (config["to"] === undefined ? "" : `to ${short(config["to"])}`),
  search: (_, config) => short(config["query"]),
  output: (_, config) => {
    const payload = config["payload"];
    const what = isRecord(payload) ? Object.keys(payload).join(", ") : payload === undefined ? "the message as it is" : short(payload);
    return config["status"] === undefined ? what : `${short(config["status"])} · ${what}`;
  },
};

const many = (count: Json | undefined): string => (count === undefined || count === 1 ? "one at a time" : `${short(count)} at a time`);

function short(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // Braces around everything say nothing on a card.
  return text.replace(/^\{\{\s*((?:(?!\}\}).)*?)\s*\}\}$/s, "$1").replaceAll(/\s+/g, " ").trim().slice(0, 120);
}

function record(value: Json | undefined): Record<string, Json> {
  return isRecord(value) ? value : {};
}

function isRecord(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
