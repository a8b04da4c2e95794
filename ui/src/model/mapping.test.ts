import { describe, expect, it } from "vitest";
import { payloadOf, writeMapping } from "./mapping";
import { read } from "./read";

const TEXT = `organism: {name: a}
listeners:
  # who asks
  - name: ask
    description: d
    handler: each
    config: {items: "{{ input }}", do: look}
    on_error: look
    next: look
  - name: look
    description: d
    handler: http
    config: {url: "https://a.example/{{ input.id }}"}
`;

const listener = (name: string, text: string) => read(text).listeners.find((one) => one.name === name);

describe("a mapping", () => {
  it("is a set between the two ends, and the next change is a change of that", () => {
    const { text, name } = writeMapping(TEXT, { from: "ask", port: "next", to: "look" }, { id: "{{ input.order_id }}" }, null);
    expect([listener("ask", text)?.next, listener(name, text)?.next]).toEqual([[name], ["look"]]);
    expect(text).toContain("  # who asks");
    const again = writeMapping(text, { from: name, port: "next", to: "look" }, { "page no": 3 }, name);
    expect(again.name).toBe(name);
    expect(payloadOf(name, read(again.text))).toEqual({ id: "{{ input.order_id }}", "page no": 3 });
    expect(read(again.text).listeners).toHaveLength(3);
  });

  it("stands where the line leaves, be it for an item or for a failure", () => {
    const item = writeMapping(TEXT, { from: "ask", port: "do", to: "look" }, { id: "{{ input }}" }, null);
    expect(listener("ask", item.text)).toMatchObject({ itemTo: item.name, errorTo: "look", next: ["look"] });
    const failure = writeMapping(TEXT, { from: "ask", port: "error", to: "look" }, { id: "{{ input.input }}" }, null);
    expect(listener("ask", failure.text)).toMatchObject({ itemTo: "look", errorTo: failure.name, next: ["look"] });
  });

  it("behind the trigger is the new entry", () => {
    const { text, name } = writeMapping(TEXT, { from: ":trigger", port: "next", to: "ask" }, { x: "{{ input.y }}" }, null);
    expect(read(text).entry).toBe(name);
  });
});
