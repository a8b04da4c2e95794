import { expect, it } from "vitest";
import { duration, since, timeIn } from "./time";

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
  expect(since(0, 180_000)).toBe("3 min ago");
  expect(since(0, 2 * 86_400_000)).toBe("2 days ago");
  expect(since(2 * 86_400_000, 0)).toBe("in 2 days");
  // The server's clock may be a little ahead.
  expect([since(5_000, 0), since(40_000, 0)]).toEqual(["just now", "in a moment"]);
});

it("tells a moment as the clocks of a place do, with seconds only where there are some", () => {
  expect(timeIn("2026-11-26T06:30:00.000Z", "Europe/Oslo")).toBe("Thu 26 Nov 2026, 07:30");
  expect(timeIn("2026-11-26T23:30:05.000Z", "Asia/Tokyo")).toBe("Fri 27 Nov 2026, 08:30:05");
});
