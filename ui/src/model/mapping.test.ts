import { describe, expect, it } from "vitest";
import { givenBy, proposalFor, wantedBy, writeMapping } from "./mapping";
import { read } from "./read";

const TEXT = `organism: {name: a}
listeners:
  # who asks
  - name: ask
    description: d
    handler: set
    config: {payload: {order_id: 7, note: "about {{ input.x }}", all: "{{ input }}"}}
    next: pause
  - name: pause
    description: d
    handler: delay
    config: {for: 1s}
    next: look
  - name: look
    description: input.nothing
    handler: http
    config: {url: "https://a.example/{{ input.id }}/{{ input['page no'] }}/{{ input.items() }}", body: "{{ input.size | default(3) }}"}
`;

const listener = (name: string, text = TEXT) => {
  const found = read(text).listeners.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe("what two ends say", () => {
  it("reads what a set makes, through whatever hands it on", () => {
    const given = givenBy(listener("pause"), read(TEXT), []);
    expect(given?.map(({ name, types }) => [name, ...types])).toEqual([["order_id", "integer"], ["note", "string"], ["all"]]);
  });

  it("goes around in circles without end", () => {
    const text = TEXT.replace("next: look", "next: [look, pause]").replace("    next: pause\n", "");
    expect(givenBy(listener("pause", text), read(text), [])).toBeNull();
  });

  it("finds the fields that expressions name, and which of them may be missing", () => {
    expect(wantedBy(listener("look")).map(({ name, isRequired }) => [name, isRequired])).toEqual([["id", true], ["page no", true], ["size", false]]);
  });
});

describe("a proposal", () => {
  const field = (name: string, ...types: string[]) => ({ name, types, isRequired: true });
  it.each([
    ["total", ["total", "TOTAL"], "total", 0.95],
    ["orderId", ["order_id"], "order_id", 0.9],
    ["value", ["result"], "result", 0.7],
    ["value", ["name"], undefined, undefined],
  ])("for %s of %j is %s", (wanted, given, from, confidence) => {
    expect(proposalFor(field(wanted), given.map((name) => field(name)))).toEqual(from === undefined ? null : expect.objectContaining({ from, confidence }));
  });

  it("takes an integer for a number and no text", () => {
    expect(proposalFor(field("n", "number"), [field("n", "integer")])).not.toBeNull();
    expect(proposalFor(field("n", "integer"), [field("n", "string")])).toBeNull();
  });
});

describe("a mapping", () => {
  const line = { from: "pause", port: "next", to: "look" } as const;

  it("is a set between the two ends, and the next change is a change of that", () => {
    const { text, name } = writeMapping(TEXT, line, { id: "{{ input.order_id }}" });
    expect([listener("pause", text).next, listener(name, text).next]).toEqual([[name], ["look"]]);
    expect(text).toContain("  # who asks");
    const again = writeMapping(text, { from: name, port: "next", to: "look" }, { "page no": "{{ input.note }}" });
    expect(again.name).toBe(name);
    expect(listener(name, again.text).raw["config"]).toEqual({ payload: { id: "{{ input.order_id }}", "page no": "{{ input.note }}" } });
    expect(read(again.text).listeners).toHaveLength(4);
  });

  it("behind the trigger is the new entry", () => {
    const { text, name } = writeMapping(TEXT, { from: ":trigger", port: "next", to: "ask" }, { x: "{{ input.y }}" });
    expect(read(text).entry).toBe(name);
  });
});
