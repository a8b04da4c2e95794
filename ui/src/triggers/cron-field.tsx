import { Field, Input, Select } from "@/parts/input";
import { type CronPlan, cronOf, planOf, WEEKDAYS, type Weekday } from "./cron-plan";
import { cronText } from "./cron-text";

const NAMES: Record<Weekday, string> = { MON: "Monday", TUE: "Tuesday", WED: "Wednesday", THU: "Thursday", FRI: "Friday", SAT: "Saturday", SUN: "Sunday" };
/** What each way of repeating begins with. */
const BEGINNINGS: Record<CronPlan["every"], CronPlan> = {
  minutes: { every: "minutes", minutes: 5 },
  hour: { every: "hour", minute: 0 },
  week: { every: "week", days: ["MON", "TUE", "WED", "THU", "FRI"], hour: 9, minute: 0 },
  month: { every: "month", day: 1, hour: 6, minute: 0 },
};

interface Props {
  value: string;
  onChange(value: string): void;
  error?: string | undefined;
}

/** A cron expression, put together or written, and said in words. */
export function CronField({ value, onChange, error }: Props) {
  const plan = planOf(value);
  const change = (next: CronPlan) => onChange(cronOf(next));
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Repeats">
          <Select value={plan?.every ?? ""} onChange={(event) => event.target.value !== "" && change(BEGINNINGS[event.target.value as CronPlan["every"]])}>
            <option value="minutes">Every few minutes</option>
            <option value="hour">Every hour</option>
            <option value="week">On days of the week</option>
            <option value="month">On a day of the month</option>
            {!plan && <option value="">As written</option>}
          </Select>
        </Field>
        {plan && <Detail plan={plan} onChange={change} />}
      </div>
      {plan?.every === "week" && <Days plan={plan} onChange={change} />}
      <Field label="Cron" error={error} hint={cronText(value)}>
        <Input value={value} onChange={(event) => onChange(event.target.value)} className="font-mono" />
      </Field>
    </div>
  );
}

function Detail({ plan, onChange }: { plan: CronPlan; onChange(plan: CronPlan): void }) {
  if (plan.every === "minutes") return <Whole label="Minutes between" value={plan.minutes} least={1} most={59} onChange={(minutes) => onChange({ ...plan, minutes })} />;
  if (plan.every === "hour") return <Whole label="At minute" value={plan.minute} least={0} most={59} onChange={(minute) => onChange({ ...plan, minute })} />;
  const time = (
    <Field label="At">
      <Input
        type="time"
        required
        value={`${String(plan.hour).padStart(2, "0")}:${String(plan.minute).padStart(2, "0")}`}
        onChange={(event) => {
          const [hour, minute] = event.target.value.split(":").map(Number);
          if (hour !== undefined && minute !== undefined) onChange({ ...plan, hour, minute });
        }}
      />
    </Field>
  );
  if (plan.every === "week") return time;
  return (
    <div className="grid grid-cols-2 gap-3">
      <Whole label="On day" value={plan.day} least={1} most={31} onChange={(day) => onChange({ ...plan, day })} />
      {time}
    </div>
  );
}

function Whole({ label, value, least, most, onChange }: { label: string; value: number; least: number; most: number; onChange(value: number): void }) {
  return (
    <Field label={label}>
      <Input
        type="number"
        required
        min={least}
        max={most}
        value={value}
        onChange={(event) => {
          const next = event.target.valueAsNumber;
          if (next >= least && next <= most) onChange(Math.trunc(next));
        }}
      />
    </Field>
  );
}

function Days({ plan, onChange }: { plan: Extract<CronPlan, { every: "week" }>; onChange(plan: CronPlan): void }) {
  const toggle = (day: Weekday) => {
    const days = plan.days.includes(day) ? plan.days.filter((one) => one !== day) : [...plan.days, day];
    // No day at all would mean every day.
    if (days.length > 0) onChange({ ...plan, days });
  };
  return (
    <div role="group" aria-label="Days" className="grid grid-cols-7 gap-1 sm:flex">
      {WEEKDAYS.map((day) => (
        <button
          key={day}
          type="button"
          aria-pressed={plan.days.includes(day)}
          title={NAMES[day]}
          onClick={() => toggle(day)}
          className="h-7 rounded-md border border-line-strong text-text-2 sm:px-2.5 hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
        >
          {NAMES[day].slice(0, 3)}
        </button>
      ))}
    </div>
  );
}
