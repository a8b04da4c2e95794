import { expect, it } from "vitest";
import { words } from "./audit";

it("says an operation in words", () => {
  expect(["updateFlow", "regenerateTriggerToken", "run"].map(words)).toEqual(["Update flow", "Regenerate trigger token", "Run"]);
});
