import { expect, it } from "vitest";
import { cronText } from "./cron-text";

it.each([
  ["*/5 * * * *", "Every 5 minutes"],
  ["0 * * * *", "Every hour"],
  ["30 9 * * *", "Every day at 9:30"],
  ["0 9 * * MON-FRI", "On weekdays at 9:00"],
  ["0 9 * * 1-5", "On weekdays at 9:00"],
  ["0 9 * * 0", "On Sundays at 9:00"],
  ["0 9 * * MON,WED,SAT", "On Mondays, Wednesdays, and Saturdays at 9:00"],
  ["0 6 1 * *", "On day 1 of the month at 6:00"],
  ["0 9 L * *", "The next firings show when"],
  ["@daily", "Minute, hour, day of month, month, day of week"],
])("%s: %s", (cron, text) => expect(cronText(cron)).toBe(text));
