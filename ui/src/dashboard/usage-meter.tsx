import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { usageQuery } from "@/api/account";
import { Tip } from "@/parts/tip";
import { count, plural } from "@/parts/time";

/** This month's runs against the tier's. */
export function UsageMeter() {
  const { data } = useQuery(usageQuery);
  if (!data?.runsLimit) return null;
  const isClose = data.runsPercentage >= 80;
  const text = `${plural(data.runsUsed, "run")} of ${count(data.runsLimit)} this month; ${plural(data.daysRemaining, "day")} left`;
  return (
    <Tip label={text}>
      <Link to="/usage" aria-label={text} className="flex h-7 items-center gap-2 rounded-md px-2 text-xs text-text-2 hover:bg-hover max-sm:hidden">
        <span className="h-1 w-16 overflow-hidden rounded-full bg-line-strong">
          <span
            className={`block h-full rounded-full ${isClose ? "bg-waiting" : "bg-text-3"}`}
            style={{ width: `${Math.max(2, data.runsPercentage)}%` }}
          />
        </span>
        <span className="tabular">{plural(data.runsUsed, "run")}</span>
      </Link>
    </Tip>
  );
}
