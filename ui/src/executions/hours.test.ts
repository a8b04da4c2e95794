import { expect, it } from "vitest";
import { byHour, pointsByFlow } from "./hours";

it("shows every hour, whether or not something ran in it", () => {
  const now = Date.parse("2026-11-25T16:20:00Z");
  const columns = byHour([{ at: "2026-11-25T15:00:00Z", success: 3, error: 1, timeout: 1 }], 48, now);
  expect(columns).toHaveLength(48);
  expect(columns.at(-1)).toEqual({ at: Date.parse("2026-11-25T16:00:00Z"), good: 0, bad: 0 });
  expect(columns.at(-2)).toEqual({ at: Date.parse("2026-11-25T15:00:00Z"), good: 3, bad: 2 });
});

it("puts the points of each flow together, in their order", () => {
  const point = (flowId: string, success: number) => ({ flowId, at: "2026-11-25T15:00:00Z", success, error: 0, timeout: 0 });
  const found = pointsByFlow([point("a", 1), point("b", 2), point("a", 3)]);
  expect(found.get("a")?.map(({ success }) => success)).toEqual([1, 3]);
  expect([...found.keys()]).toEqual(["a", "b"]);
});
