import { describe, expect, it } from "vitest";
import type { Flow, Handler } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import { behindSelection, insertListener } from "./insert";
import { createEditor } from "./store";

const TEXT = `listeners:
  - name: one
    handler: set
    next: two
  - name: two
    handler: set
    next: out
  - name: out
    handler: output
`;
const handler = (name: string) => ({ name, title: name, description: "d", config: {} }) as Handler;
const open = () => createEditor({ id: "1", organismYaml: TEXT, canvasState: null } as Flow, null, null);
const lines = (store: ReturnType<typeof open>) => links(store.getState().organism).map((line) => line.id);

describe("a listener put on a line", () => {
  it("stands between the two, and what is behind moves on", () => {
    const store = open();
    const before = store.getState().places;
    store.getState().selectLine("one next two");
    insertListener(store, handler("delay"), behindSelection(store));
    expect(lines(store)).toEqual([`${TRIGGER} next one`, "one next delay", "two next out", "delay next two"]);
    const { places } = store.getState();
    expect(places.get("delay")).toEqual(before.get("two"));
    expect(places.get("two")?.x).toBeGreaterThan(places.get("delay")?.x ?? Number.NaN);
    expect(places.get("out")?.x).toBeGreaterThan(places.get("two")?.x ?? Number.NaN);
    expect(places.get("one")).toEqual(before.get("one"));
    store.getState().undo();
    expect(store.getState().text).toBe(TEXT);
    expect(store.getState().places).toEqual(before);
  });

  it("receives the trigger's message on the trigger's line", () => {
    const store = open();
    store.getState().selectLine(`${TRIGGER} next one`);
    insertListener(store, handler("set"), behindSelection(store));
    expect(lines(store)).toContain(`${TRIGGER} next set`);
    expect(lines(store)).toContain("set next one");
  });

  it("leads on by `otherwise` when it is a branch", () => {
    const store = open();
    store.getState().selectLine("one next two");
    insertListener(store, handler("branch"), behindSelection(store));
    expect(lines(store)).toContain("branch otherwise two");
  });
});
