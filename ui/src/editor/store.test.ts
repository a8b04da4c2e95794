import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Flow } from "@/api/types";
import { setPath } from "@/model/edit";
import { createEditor, isDirty } from "./store";

const TEXT = "organism:\n  name: a\nlisteners:\n  - name: one\n    description: d\n    handler: output\n";
const flow = (organismYaml: string) => ({ id: "1", organismYaml, canvasState: null }) as Flow;
const names = (store: ReturnType<typeof createEditor>) => store.getState().organism.listeners.map((one) => one.name);

describe("the store of the editor", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("undoes and redoes the text and the places together", () => {
    const store = createEditor(flow(TEXT), null, null);
    const { apply, move, undo, redo } = store.getState();
    apply((text) => setPath(text, ["organism", "name"], "b"));
    move(new Map([["one", { x: 400, y: 8 }]]));
    expect(isDirty(store.getState())).toBe(true);
    undo();
    expect(store.getState().places.get("one")).not.toEqual({ x: 400, y: 8 });
    undo();
    expect(store.getState().text).toBe(TEXT);
    expect(isDirty(store.getState())).toBe(false);
    redo();
    expect(store.getState().organism.name).toBe("b");
  });

  it("takes a move to where something stands already for no step", () => {
    const store = createEditor(flow(TEXT), null, null);
    store.getState().move(new Map([["one", { x: 400, y: 8 }]]));
    store.getState().move(new Map([["one", { x: 400, y: 8 }]]));
    expect(store.getState().past).toHaveLength(1);
  });

  it("gathers what is typed in one go into one step", () => {
    const store = createEditor(flow(TEXT), null, null);
    for (const letter of "ten keys") store.getState().type(`${store.getState().text}# ${letter}\n`);
    expect(store.getState().past).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    store.getState().type(`${store.getState().text}# later\n`);
    expect(store.getState().past).toHaveLength(2);
  });

  it("keeps the canvas of the last text that could be read, and says what is wrong", () => {
    const store = createEditor(flow(TEXT), null, null);
    store.getState().type(`${TEXT}  - name: "two\n`);
    expect(names(store)).toEqual(["one"]);
    expect(store.getState().problems).not.toEqual([]);
    store.getState().type(`${TEXT}  - name: two\n`);
    expect(names(store)).toEqual(["one", "two"]);
    expect(store.getState().places.has("two")).toBe(true);
  });

  it("reads a long text when the typing pauses, and not before", () => {
    const long = `${TEXT}${"# a comment that makes it long\n".repeat(400)}`;
    const store = createEditor(flow(long), null, null);
    store.getState().type(long.replace("name: one", "name: other"));
    expect(names(store)).toEqual(["one"]);
    vi.advanceTimersByTime(200);
    expect(names(store)).toEqual(["other"]);
  });

  it("leaves a listener where it is while its name is typed", () => {
    const store = createEditor(flow(TEXT), null, null);
    store.getState().move(new Map([["one", { x: 400, y: 8 }]]));
    for (const name of ["on", "o", "ot", "oth"]) store.getState().type(TEXT.replace("name: one", `name: ${name}`));
    expect(store.getState().places.get("oth")).toEqual({ x: 400, y: 8 });
    store.getState().undo();
    expect(store.getState().places.get("one")).toEqual({ x: 400, y: 8 });
  });

  it("keeps the line breaks that a text came with", () => {
    const store = createEditor(flow(TEXT.replaceAll("\n", "\r\n")), null, null);
    store.getState().type(`${TEXT}# typed\n`);
    store.getState().apply((text) => setPath(text, ["organism", "description"], "new"));
    expect(store.getState().text).toBe(`organism:\n  name: a\n  description: new\n${TEXT.slice(TEXT.indexOf("listeners"))}# typed\n`.replaceAll("\n", "\r\n"));
  });

  it("changes nothing while it is read-only", () => {
    const store = createEditor(flow(TEXT), null, null);
    store.getState().setReadOnly(true);
    store.getState().type("other");
    expect(store.getState().apply(() => "other")).toBe(false);
    expect(store.getState().text).toBe(TEXT);
  });
});
