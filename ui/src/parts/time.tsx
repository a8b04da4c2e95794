import { useSyncExternalStore } from "react";

const UNITS: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** The clock of this page stands still for so long, and the server's may be ahead. */
const JUST_MS = 20_000;

/** One clock for all times on the screen, moved on every 15 seconds. */
let now = Date.now();
const listeners = new Set<() => void>();
if (typeof window !== "undefined") {
  setInterval(() => {
    now = Date.now();
    for (const listener of listeners) listener();
  }, 15_000);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** "3 min ago" or "in 2 days", with the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const time = Date.parse(at);
  const moment = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={exact.format(time)} className="tabular whitespace-nowrap">
      {since(time, moment)}
    </time>
  );
}

export function since(then: number, moment: number): string {
  const passed = moment - then;
  const found = UNITS.find(([, ms]) => Math.abs(passed) >= ms);
  if (!found) return passed >= -JUST_MS ? "just now" : "in a moment";
  // "3 min ago", without the dot of a shortened word.
  return relative.format(passed > 0 ? -Math.floor(passed / found[1]) : Math.round(-passed / found[1]), found[0]).replace(".", "");
}

/** A moment as clocks of a time zone show it, with its day of the week: "Thu 26 Nov 2026, 07:30". */
export function timeIn(at: string, timeZone: string): string {
  const seconds = at.slice(17, 19) === "00" ? {} : { second: "2-digit" as const };
  const shape = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", ...seconds } as const;
  return new Intl.DateTimeFormat("en-GB", { ...shape, timeZone }).format(Date.parse(at)).replace(",", "");
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
/** The day of a moment in UTC, which is the calendar of months and limits. */
export const dayOf = (at: string): string => day.format(Date.parse(at));

export const exactTime = (at: string): string => exact.format(Date.parse(at));

/** A duration with its unit: 8 ms, 1.4 s, 3 min 5 s. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1_000);
  return minutes < 60 ? `${minutes} min ${seconds} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const counts = new Intl.NumberFormat("en");
export const count = (value: number): string => counts.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;
