import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Flow } from "@/api/types";
import { setPath } from "@/model/edit";
import { read } from "@/model/read";
import { ReaderBeside } from "./read-beside";
import { createEditor } from "./store";

const text = (name: string) => `organism:\n  name: ${name}\n`;

/** A thread that answers when it is told to. */
class Thread extends EventTarget {
  static all: Thread[] = [];
  asked: string[] = [];
  constructor() {
    super();
    Thread.all.push(this);
  }
  postMessage(text: string) {
    this.asked.push(text);
  }
  answer() {
    this.dispatchEvent(Object.assign(new Event("message"), { data: read(this.asked.at(-1) ?? "") }));
  }
}

beforeEach(() => {
  Thread.all = [];
  vi.stubGlobal("Worker", Thread);
});
afterEach(() => void vi.unstubAllGlobals());

describe("reading beside the page", () => {
  it("reads the newest of the texts that came while it was reading", () => {
    const reader = new ReaderBeside();
    const taken: string[] = [];
    for (const name of ["a", "b", "c"]) reader.read(text(name), (organism) => taken.push(organism.name));
    const [thread] = Thread.all;
    thread?.answer();
    thread?.answer();
    expect(taken).toEqual(["a", "c"]);
    expect(thread?.asked).toEqual([text("a"), text("c")]);
  });

  it("reads by itself what a thread that cannot be loaded was asked", () => {
    const reader = new ReaderBeside();
    const taken: string[] = [];
    reader.read(text("a"), (organism) => taken.push(organism.name));
    Thread.all[0]?.dispatchEvent(new Event("error"));
    expect(taken).toEqual(["a"]);
  });
});

describe("a long text in the editor", () => {
  const LONG = `organism:\n  name: a\nlisteners:\n  - name: one\n    description: d\n    handler: output\n${"# a comment that makes it long\n".repeat(400)}`;
  const open = () => createEditor({ id: "1", organismYaml: LONG, canvasState: null } as Flow, null, null);
  const names = (store: ReturnType<typeof open>) => store.getState().organism.listeners.map((one) => one.name);

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is read beside the page, and an answer about an older text changes nothing", () => {
    const store = open();
    store.getState().type(LONG.replace("name: one", "name: older"));
    vi.advanceTimersByTime(200);
    store.getState().apply((before) => setPath(before, ["listeners", 0, "name"], "newer"));
    Thread.all[0]?.answer();
    expect(names(store)).toEqual(["newer"]);
  });

  it("undoes what was typed before it is read", () => {
    const store = open();
    store.getState().type(LONG.replace("name: one", "name: other"));
    vi.advanceTimersByTime(200);
    store.getState().undo();
    Thread.all[0]?.answer();
    expect(names(store)).toEqual(["one"]);
    expect(store.getState().text).toBe(LONG);
  });

  it("is read at once for whoever needs it read", () => {
    const store = open();
    store.getState().type(LONG.replace("name: one", "name: other"));
    store.getState().settle();
    expect(names(store)).toEqual(["other"]);
    expect(store.getState().places.has("other")).toBe(true);
  });
});
