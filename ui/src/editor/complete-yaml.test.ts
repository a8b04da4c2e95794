import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import type { Handler } from "@/api/types";
import { read } from "@/model/read";
import { completeYaml, type Facts } from "./complete-yaml";
import { meaningOf } from "./hover-yaml";

const TEXT = `organism:
  name: shop
listeners:
  - name: look
    description: Looks an order up
    handler: http
    config:
      url: x
    next: say
  - name: say
    description: Says it
    handler: output
`;

const facts: Facts = {
  organism: read(TEXT),
  handlers: [
    { name: "http", title: "HTTP request", description: "Asks the outside", config: { properties: { url: { type: "string", title: "URL" }, method: { enum: ["GET", "POST"], title: "Method" } } } },
    { name: "output", title: "Output", description: "What the caller gets", config: { properties: { payload: {} } } },
    { name: "agent", title: "Agent", description: "Works with tools", config: { properties: { prompt: {} } } },
  ] as unknown as Handler[],
  schema: {
    properties: { organism: { properties: { name: { title: "Name" }, timeout: { $ref: "#/$defs/duration", default: "300s", description: "Of one execution." } as object } }, listeners: { items: { $ref: "#/$defs/listener" } as object } },
    $defs: {
      duration: { type: "string" },
      listener: { properties: { name: {}, handler: {}, prompt: {}, config: { type: "object" }, memory: { type: "boolean" }, next: {}, on_error: { description: "Where failures go." }, cases: { items: { properties: { when: {}, next: {} } } } } },
    },
  },
  known: (listener) => [{ path: `input.of_${listener}` }],
};

/** What is offered where `|` stands. */
function offered(text: string, isExplicit = true): string[] | null {
  const at = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", "") });
  return completeYaml(() => facts)(new CompletionContext(state, at, isExplicit))?.options.map((one) => one.label) ?? null;
}

const within = (line: string, added: string) => TEXT.replace(line, `${line}\n${added}`);

describe("completion of a flow's text", () => {
  it.each([
    ["the sections", "|", ["organism", "listeners"]],
    ["the flow's keys", "organism:\n  ti|", ["name", "timeout"]],
    ["a listener's keys that are not there yet, without an agent's", within("    next: say", "    |"), ["memory", "on_error", "cases"]],
    ["an agent's keys for an agent", "listeners:\n  - name: a\n    agent: true\n    pr|", ["handler", "prompt", "config", "memory", "next", "on_error", "cases"]],
    ["a handler's settings", within("    config:", "      |"), ["url", "method"]],
    ["the settings of the second handler", within("    handler: output", "    config:\n      |"), ["payload"]],
    ["the values of a setting", within("    config:", "      method: |"), ["GET", "POST"]],
    ["yes and no", within("    next: say", "    memory: |"), ["true", "false"]],
    ["the catalogue", "listeners:\n  - name: a\n    handler: |", ["http", "output", "agent"]],
    ["names in a list", "listeners:\n  - name: a\n    next: [look, |", ["look", "say"]],
    ["names as items", "listeners:\n  - name: a\n    peers:\n      - |", ["look", "say"]],
    ["a case's keys", "listeners:\n  - name: a\n    cases:\n      - |", ["when", "next"]],
    ["names in a case", "listeners:\n  - name: a\n    cases:\n      - when: x\n        next: |", ["look", "say"]],
    ["names in expressions", within("    config:", '      body: "{{ |'), ["input.of_look"]],
    ["nothing in a user's text", "listeners:\n  - name: a\n    description: hel|", null],
  ])("offers %s", (_, text, expected) => expect(offered(text)).toEqual(expected));

  it("waits until something is typed", () => {
    expect(offered(within("    config:", "      |"), false)).toBeNull();
  });
});

describe("the meaning of a word", () => {
  const meaning = (line: string, word: string, isKey: boolean) => {
    const doc = EditorState.create({ doc: TEXT }).doc;
    const number = TEXT.split("\n").indexOf(line) + 1;
    return meaningOf(word, { line, isKey }, facts, { doc, line: number });
  };
  it("is a setting's, a handler's or a listener's", () => {
    expect(meaning("      url: x", "url", true)).toBe("URL");
    expect(meaning("    handler: http", "http", false)).toBe("Asks the outside");
    expect(meaning("    next: say", "say", false)).toBe("Says it");
    expect(meaning("    description: Says it", "Says", false)).toBeNull();
  });
});
