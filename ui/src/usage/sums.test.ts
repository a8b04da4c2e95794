import { expect, it } from "vitest";
import { byDay, matching, shares, type UsageRow } from "./sums";

const row = (change: Partial<UsageRow>): UsageRow => ({
  day: "2026-03-01T00:00:00.000Z",
  flowId: "a",
  provider: "p",
  model: "m",
  calls: 1,
  failed: 0,
  fromCache: 0,
  inputTokens: 10,
  outputTokens: 5,
  cachedTokens: 0,
  cost: 0.5,
  costNanoDollars: 500_000_000,
  unpricedCalls: 0,
  averageLatencyMs: 1,
  ...change,
});

it("gives every day of the span its sum, and zero to the idle ones", () => {
  const rows = [row({}), row({ model: "n" }), row({ day: "2026-03-03T00:00:00.000Z" })];
  const span = { from: "2026-03-01T09:00:00.000Z", to: "2026-03-04T00:00:00.000Z" };
  expect(byDay(rows, "tokens", span)).toEqual([
    { key: "2026-03-01", value: 30 },
    { key: "2026-03-02", value: 0 },
    { key: "2026-03-03", value: 15 },
  ]);
});

it("shares by model and flow, the dearest first", () => {
  const rows = [row({}), row({ model: "n", cost: 2 }), row({ flowId: null, cost: 1 })];
  expect(shares(rows, "cost", (one) => one.model)).toEqual([
    { key: "n", value: 2 },
    { key: "m", value: 1.5 },
  ]);
  expect(matching(rows, { model: null, flow: "" })).toHaveLength(1);
  expect(shares(matching(rows, { model: "m", flow: "a" }), "calls", (one) => one.model)).toEqual([{ key: "m", value: 1 }]);
});
