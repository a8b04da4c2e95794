import { Field, Input, Select } from "@/parts/input";
import { cronText } from "./cron-text";

const PRESETS: [cron: string, label: string][] = [
  ["*/5 * * * *", "Every 5 minutes"],
  ["0 * * * *", "Every hour"],
  ["0 9 * * *", "Every day at 9"],
  ["0 9 * * MON-FRI", "Weekdays at 9"],
  ["0 9 * * MON", "Mondays at 9"],
  ["0 6 1 * *", "The first of the month at 6"],
];

/** A cron expression, chosen or written, and said in words. */
export function CronField({ value, onChange, error }: { value: string; onChange(value: string): void; error?: string | undefined }) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="When">
        <Select value={PRESETS.some(([cron]) => cron === value) ? value : ""} onChange={(event) => event.target.value !== "" && onChange(event.target.value)}>
          {PRESETS.map(([cron, label]) => (
            <option key={cron} value={cron}>
              {label}
            </option>
          ))}
          <option value="">As written</option>
        </Select>
      </Field>
      <Field label="Cron" error={error} hint={cronText(value)}>
        <Input value={value} onChange={(event) => onChange(event.target.value)} className="font-mono" />
      </Field>
    </div>
  );
}
