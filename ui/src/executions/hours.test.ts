import { expect, it } from "vitest";
import { byHour } from "./hours";

it("shows every hour, whether or not something ran in it", () => {
  const now = Date.parse("2026-11-25T16:20:00Z");
  const columns = byHour([{ at: "2026-11-25T15:00:00Z", success: 3, error: 1, timeout: 1 }], 48, now);
  expect(columns).toHaveLength(48);
  expect(columns.at(-1)).toEqual({ at: Date.parse("2026-11-25T16:00:00Z"), good: 0, bad: 0 });
  expect(columns.at(-2)).toEqual({ at: Date.parse("2026-11-25T15:00:00Z"), good: 3, bad: 2 });
});
