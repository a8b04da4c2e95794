/** Days as cron names them, the week beginning on Monday. */
export const WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What the builder can say; everything else is written by hand. */
export type CronPlan =
  | { every: "minutes"; minutes: number }
  | { every: "hour"; minute: number }
  | { every: "week"; days: Weekday[]; hour: number; minute: number }
  | { every: "month"; day: number; hour: number; minute: number };

const NUMBERED = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;

/** A cron expression as a plan; null when it says more than a plan can. */
export function planOf(cron: string): CronPlan | null {
  const parts = cron.trim().split(/\s+/);
  const [first = "", second = "", day = "", month = "", weekday = ""] = parts;
  if (parts.length !== 5 || month !== "*") return null;
  const step = /^\*\/(\d+)$/.exec(first)?.[1];
  const isEveryDay = day === "*" && weekday === "*";
  if (step && second === "*" && isEveryDay) return { every: "minutes", minutes: Number(step) };
  if (first === "*" && second === "*" && isEveryDay) return { every: "minutes", minutes: 1 };
  const minute = whole(first, 59);
  if (minute === null) return null;
  if (second === "*") return isEveryDay ? { every: "hour", minute } : null;
  const hour = whole(second, 23);
  if (hour === null) return null;
  if (day === "*") {
    const days = daysOf(weekday);
    return days && { every: "week", days, hour, minute };
  }
  const date = whole(day, 31);
  return date && weekday === "*" ? { every: "month", day: date, hour, minute } : null;
}

export function cronOf(plan: CronPlan): string {
  if (plan.every === "minutes") return plan.minutes === 1 ? "* * * * *" : `*/${plan.minutes} * * * *`;
  if (plan.every === "hour") return `${plan.minute} * * * *`;
  if (plan.every === "month") return `${plan.minute} ${plan.hour} ${plan.day} * *`;
  return `${plan.minute} ${plan.hour} * * ${weekField(plan.days)}`;
}

function weekField(days: Weekday[]): string {
  const listed = WEEKDAYS.filter((day) => days.includes(day));
  if (listed.length === 7 || listed.length === 0) return "*";
  return listed.join(",") === "MON,TUE,WED,THU,FRI" ? "MON-FRI" : listed.join(",");
}

function daysOf(field: string): Weekday[] | null {
  if (field === "*") return [...WEEKDAYS];
  const found: Weekday[] = [];
  for (const part of field.split(",")) {
    const [from, to = from] = part.split("-").map(dayOf);
    if (from === null || from === undefined || to === null || to === undefined) return null;
    const [start, end] = [WEEKDAYS.indexOf(from), WEEKDAYS.indexOf(to)];
    if (start > end) return null;
    found.push(...WEEKDAYS.slice(start, end + 1));
  }
  return WEEKDAYS.filter((day) => found.includes(day));
}

function dayOf(word: string): Weekday | null {
  const name = /^[0-7]$/.test(word) ? NUMBERED[Number(word)] : word.toUpperCase();
  return WEEKDAYS.find((day) => day === name) ?? null;
}

function whole(text: string, most: number): number | null {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? value : null;
}
