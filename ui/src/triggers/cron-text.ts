const DAYS: Record<string, string> = { SUN: "Sundays", MON: "Mondays", TUE: "Tuesdays", WED: "Wednesdays", THU: "Thursdays", FRI: "Fridays", SAT: "Saturdays" };
const NAMES = Object.keys(DAYS);
const list = new Intl.ListFormat("en");

/** A cron expression in words, as far as it is a common one; the server says when it really fires. */
export function cronText(cron: string): string {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== 5) return "Minute, hour, day of month, month, day of week";
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = parts;
  const when = time(minute, hour);
  if (when === null || month !== "*") return "The next firings show when";
  if (day === "*" && weekday === "*") return when.startsWith("every") ? cap(when) : `Every day ${when}`;
  if (day === "*") return days(weekday) === null ? "The next firings show when" : `${cap(days(weekday) ?? "")} ${when}`;
  return weekday === "*" && /^\d+$/.test(day) ? `On day ${day} of the month ${when}` : "The next firings show when";
}

function time(minute: string, hour: string): string | null {
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (step && hour === "*") return `every ${step} minutes`;
  if (minute === "*" && hour === "*") return "every minute";
  if (/^\d+$/.test(minute) && hour === "*") return minute === "0" ? "every hour" : `every hour at minute ${minute}`;
  return /^\d+$/.test(minute) && /^\d+$/.test(hour) ? `at ${hour}:${minute.padStart(2, "0")}` : null;
}

function days(field: string): string | null {
  const name = (part: string) => (/^\d$/.test(part) ? (NAMES[Number(part) % 7] ?? "") : part.toUpperCase());
  const [from, to] = field.split("-").map(name);
  if (from === "MON" && to === "FRI") return "on weekdays";
  const listed = field.split(",").map((part) => DAYS[name(part)]);
  return listed.every((one) => one !== undefined) ? `on ${list.format(listed)}` : null;
}

const cap = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
