import { useState } from "react";
import type { Share } from "./sums";

const HEIGHT_PX = 140;
const short = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });
const long = new Intl.DateTimeFormat("en", { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" });

/** A bar a day; the day under the pointer, or chosen with the arrow keys, is said above it. */
export function DayChart({ days, say }: { days: Share[]; say(value: number): string }) {
  const [at, setAt] = useState<number | null>(null);
  const most = Math.max(...days.map((day) => day.value), Number.MIN_VALUE);
  const shown = at === null ? null : days[at];
  const first = days[0];
  const last = days.at(-1);
  const sum = days.reduce((total, day) => total + day.value, 0);
  return (
    <figure>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a chart to walk through */}
      <div
        role="img"
        aria-label={`${days.length} days, ${say(sum)} in all${shown ? `; ${long.format(Date.parse(shown.key))}: ${say(shown.value)}` : ""}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (step) setAt(Math.min(days.length - 1, Math.max(0, (at ?? days.length - 1) + step)));
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        className="relative flex items-end rounded-md"
        style={{ height: HEIGHT_PX }}
      >
        <span aria-hidden className="absolute inset-x-0 top-0 border-t border-dashed border-line" />
        <span aria-hidden className="absolute top-1 left-0 text-xs text-text-3 tabular">
          {most === Number.MIN_VALUE ? "" : say(most)}
        </span>
        {days.map((day, place) => (
          <span key={day.key} className="flex h-full min-w-0 flex-1 items-end px-[1px]" onPointerEnter={() => setAt(place)}>
            <span
              className={`w-full rounded-t-sm ${place === at ? "bg-text" : day.value > 0 ? "bg-running" : "bg-line"}`}
              style={{ height: day.value > 0 ? `max(2px, ${(day.value / most) * 100}%)` : 1 }}
            />
          </span>
        ))}
      </div>
      <figcaption aria-hidden className="mt-1.5 flex h-4 justify-between text-xs text-text-3 tabular">
        {shown ? (
          <span className="w-full text-center text-text">
            {long.format(Date.parse(shown.key))}: {say(shown.value)}
          </span>
        ) : (
          <>
            <span>{first && short.format(Date.parse(first.key))}</span>
            <span>{last && short.format(Date.parse(last.key))}</span>
          </>
        )}
      </figcaption>
    </figure>
  );
}
