import { expect, it } from "vitest";
import { duration, since } from "./time";

it("says durations with their unit", () => {
  expect([0, 8.4, 1_400, 59_400, 185_000, 7_260_000].map(duration)).toEqual([
    "0 ms",
    "8 ms",
    "1.4 s",
    "59 s",
    "3 min 5 s",
    "2 h 1 min",
  ]);
});

it("says how long ago something was", () => {
  expect(since(0, 30_000)).toBe("just now");
  expect(since(0, 180_000)).toBe("3 min. ago");
  expect(since(0, 2 * 86_400_000)).toBe("2 days ago");
  expect(since(2 * 86_400_000, 0)).toBe("in 2 days");
  // The server's clock may be a little ahead.
  expect([since(5_000, 0), since(40_000, 0)]).toEqual(["just now", "in a moment"]);
});
