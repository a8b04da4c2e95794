import { expect, it } from "vitest";
import { stateOf, waitsFor } from "./state";

it("says of an execution that stands still that it waits, and of no other", () => {
  expect(stateOf({ status: "running", waitingOn: { kind: "approval", until: null } })).toBe("waiting");
  expect(stateOf({ status: "running", waitingOn: null })).toBe("running");
  expect(stateOf({ status: "running" })).toBe("running");
  // A list may be older than the end that was heard of.
  expect(stateOf({ status: "error", waitingOn: { kind: "retry", until: null } })).toBe("error");
});

it("names in words what is waited for, also what it does not know yet", () => {
  expect(waitsFor("approval")).toBe("for a person");
  expect(waitsFor("tide")).toBe("for tide");
});
