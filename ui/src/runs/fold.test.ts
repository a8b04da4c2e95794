import { describe, expect, it } from "vitest";
import type { StepEvent } from "@/api/types";
import { fold, type Visit } from "./fold";
import recorded from "./order-desk.events.json";
import { event } from "./testing";

const events = recorded as unknown as StepEvent[];

const tree = (visits: Visit[]): unknown[] =>
  visits.map((one) => (one.children.length > 0 ? [`${one.kind} ${one.listener}`, tree(one.children)] : `${one.kind} ${one.listener}`));

describe("an execution of the order desk", () => {
  const run = fold(events);

  it("nests the turns and the calls of an agent, and what ran in the calls", () => {
    expect(tree(run.visits)).toEqual([
      "step order",
      "step total",
      "step size",
      "step offer",
      ["agent clerk", ["turn clerk", ["call discount", ["step discount"]], "turn clerk"]],
      "step reply",
    ]);
  });

  it("knows how it ended and who was paid", () => {
    expect(run.status).toBe("success");
    const clerk = run.listeners.get("clerk");
    expect(clerk).toMatchObject({ state: "done", count: 1, isSimulated: true });
    expect(clerk?.inputTokens).toBeGreaterThan(50);
    expect(run.listeners.has("thanks")).toBe(false);
    expect(run.messages.get("size offer")).toBe(1);
  });

  it("is at work until it ends, at every moment", () => {
    for (let length = 1; length < events.length; length += 1) {
      const part = fold(events.slice(0, length));
      expect(part.status).toBe("running");
      expect([...part.listeners.values()].every((one) => one.state !== "failed")).toBe(true);
    }
  });
});

it("keeps the attempts of a step apart", () => {
  const error = { code: "http", message: "503" };
  const run = fold([
    event(0, "started", { listener: null, to: ["a"] }),
    event(1, "scheduled", { step: 1 }),
    event(2, "retrying", { step: 1, attempt: 1, error, details: { retryAt: new Date(3_000).toISOString() } }),
    event(4, "failed", { step: 1, attempt: 2, error }),
    event(5, "ended", { listener: null, error, details: { status: "error" } }),
  ]);
  expect(run.visits[0]?.attempts).toEqual([
    { number: 1, start: 1_000, end: 2_000, error },
    { number: 2, start: 3_000, end: 4_000, error: null },
  ]);
  expect(run.listeners.get("a")).toMatchObject({ state: "failed", lastMs: 3_000 });
  expect(run.status).toBe("error");
});

it("shows a merge that waits as one bar", () => {
  const held = [event(0, "started", { listener: null }), event(1, "held", { listener: "m" }), event(2, "held", { listener: "m" })];
  expect(fold(held).listeners.get("m")?.state).toBe("waiting");
  const run = fold([...held, event(3, "merged", { listener: "m", output: [1, 2] })]);
  expect(run.visits).toHaveLength(1);
  expect(run.visits[0]).toMatchObject({ start: 1_000, end: 3_000, state: "done", output: [1, 2] });
});

it("shows what a message waits for, and that it went on", () => {
  const waiting = [
    event(0, "started", { listener: null }),
    event(1, "waiting", { listener: "ask", step: 1, details: { for: "approval", until: null, message: "Refund?" } }),
  ];
  expect(fold(waiting).visits[0]).toMatchObject({ state: "waiting", waits: { for: "approval", message: "Refund?" } });
  const run = fold([...waiting, event(3, "passed", { listener: "ask", step: 1, output: "yes" })]);
  expect(run.visits).toHaveLength(1);
  expect(run.listeners.get("ask")).toMatchObject({ state: "done", lastMs: 2_000 });
});

it("nests the items of a list, and what ran for each", () => {
  const run = fold([
    event(0, "started", { listener: null }),
    event(1, "listed", { listener: "each", step: 1, details: { items: 1 } }),
    event(2, "opened", { listener: "each", step: 1, frame: 2, input: 5, to: ["work"], details: { item: 0 } }),
    event(3, "passed", { listener: "work", frame: 2, output: 6 }),
    event(4, "answered", { listener: null, frame: 2, output: 6 }),
    event(5, "gathered", { listener: "each", step: 1, output: [6] }),
  ]);
  expect(tree(run.visits)).toEqual([["step each", [["item work", ["step work"]]]]]);
  expect(run.visits[0]).toMatchObject({ state: "done", output: [6], children: [{ item: 1, state: "done", output: 6 }] });
});
