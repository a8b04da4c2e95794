import fc from "fast-check";
import { expect, it } from "vitest";
import { type CronPlan, cronOf, planOf, WEEKDAYS } from "./cron-plan";

const minute = fc.integer({ min: 0, max: 59 });
const hour = fc.integer({ min: 0, max: 23 });
const plans: fc.Arbitrary<CronPlan> = fc.oneof(
  fc.record({ every: fc.constant("minutes" as const), minutes: fc.integer({ min: 1, max: 59 }) }),
  fc.record({ every: fc.constant("hour" as const), minute }),
  fc.record({ every: fc.constant("week" as const), days: fc.subarray([...WEEKDAYS], { minLength: 1 }), hour, minute }),
  fc.record({ every: fc.constant("month" as const), day: fc.integer({ min: 1, max: 31 }), hour, minute }),
);

it("every plan is read back as it was", () => {
  fc.assert(fc.property(plans, (plan) => void expect(planOf(cronOf(plan))).toEqual(plan)));
});

it.each([
  ["0 9 * * 1-5", { every: "week", days: ["MON", "TUE", "WED", "THU", "FRI"], hour: 9, minute: 0 }],
  ["0 9 * * 0,6", { every: "week", days: ["SAT", "SUN"], hour: 9, minute: 0 }],
  ["* * * * *", { every: "minutes", minutes: 1 }],
])("%s is a plan", (cron, plan) => expect(planOf(cron)).toEqual(plan));

it.each(["0 9 L * *", "0 9 1 1 *", "0 9-17 * * *", "0 9 1 * MON", "@daily", "61 * * * *", "0 9 * * MON#1", "0 9 0 * *"])("%s is written by hand", (cron) => expect(planOf(cron)).toBeNull());
