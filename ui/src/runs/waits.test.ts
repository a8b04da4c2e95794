import { describe, expect, it } from "vitest";
import type { StepEvent } from "@/api/types";
import { fold } from "./fold";
import { event } from "./testing";
import { standsStillFor, waitsOf } from "./waits";

const waits = (...events: StepEvent[]) => waitsOf(fold([event(0, "started", { listener: null }), ...events]));
const ask = event(1, "waiting", { listener: "ask", step: 1, details: { for: "approval", until: null, message: "Go on?" } });

describe("a run that is not over", () => {
  it("waits when all that is open waits", () => {
    expect(waits(ask)).toBe("approval");
    expect(waits(ask, event(2, "held", { listener: "both" }))).toBe("approval");
    expect(waits(event(1, "delegated", { listener: "other", step: 1 }))).toBe("flow");
  });

  it("is at work while anything of it is", () => {
    expect(waits(ask, event(2, "scheduled", { listener: "fetch", step: 2 }))).toBeNull();
    expect(waits(ask, event(2, "passed", { listener: "ask", step: 1 }))).toBeNull();
    expect(waits()).toBeNull();
  });

  it("waits inside what was called", () => {
    const calls = [
      event(1, "scheduled", { listener: "clerk", step: 1 }),
      event(2, "turned", { listener: "clerk", step: 1, details: { calls: [{ id: "c", name: "ask", arguments: {} }] } }),
      event(3, "called", { listener: "clerk", step: 1, to: ["ask"], details: { call: 0 } }),
      event(4, "waiting", { listener: "ask", step: 4, frame: 3, details: { for: "approval", until: null } }),
    ];
    expect(waits(...calls)).toBe("approval");
    expect(waits(...calls.slice(0, 3))).toBeNull();
  });
});

it("takes from the server what the events do not tell, and nothing that they tell sooner", () => {
  const run = fold([event(0, "started", { listener: null }), event(1, "scheduled", { step: 1 })]);
  const saying = (kind: string) => ({ waitingOn: { kind, until: null } });
  expect(standsStillFor(null, saying("approval"))).toBe("approval");
  expect(standsStillFor(run, saying("retry"))).toBe("retry");
  expect(standsStillFor(run, saying("approval"))).toBeNull();
  expect(standsStillFor(run, { waitingOn: null })).toBeNull();
});

it("waits for nothing once it is over", () => {
  expect(waits(ask, event(2, "ended", { listener: null, details: { status: "error" } }))).toBeNull();
});
