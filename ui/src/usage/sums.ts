import type { components } from "@/api/schema";

export type UsageRow = components["schemas"]["ModelUsageRow"];
export type Measure = "cost" | "tokens" | "calls";

/** What is looked at: all, or one flow's or one model's share. */
export interface Chosen {
  model: string | null;
  /** A flow's id; "" is what ran outside any flow. */
  flow: string | null;
}

/** One line of a breakdown. */
export interface Share {
  key: string;
  value: number;
}

const DAY_MS = 86_400_000;

/** What a row counts for. */
export function valueOf(row: UsageRow, measure: Measure): number {
  if (measure === "cost") return row.cost;
  return measure === "calls" ? row.calls : row.inputTokens + row.outputTokens;
}

export function matching(rows: UsageRow[], { model, flow }: Chosen): UsageRow[] {
  return rows.filter((row) => (model === null || row.model === model) && (flow === null || (row.flowId ?? "") === flow));
}

/** A value for every day from `from` until before `to` (UTC), the days on which nothing was used included. */
export function byDay(rows: UsageRow[], measure: Measure, span: { from: string; to: string }): Share[] {
  const sums = new Map(shares(rows, measure, (row) => row.day.slice(0, 10)).map(({ key, value }) => [key, value]));
  const days: Share[] = [];
  const first = Date.parse(`${span.from.slice(0, 10)}T00:00:00Z`);
  for (let day = first; day < Date.parse(span.to); day += DAY_MS) {
    const key = new Date(day).toISOString().slice(0, 10);
    days.push({ key, value: sums.get(key) ?? 0 });
  }
  return days;
}

/** The sums of each key, the largest first. */
export function shares(rows: UsageRow[], measure: Measure, keyOf: (row: UsageRow) => string): Share[] {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + valueOf(row, measure));
  return [...sums].map(([key, value]) => ({ key, value })).toSorted((a, b) => b.value - a.value || a.key.localeCompare(b.key));
}
