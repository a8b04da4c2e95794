import { useQuery } from "@tanstack/react-query";
import { meQuery, usageQuery } from "@/api/account";
import { Bar } from "@/app/bar";
import { Failed, SkeletonPanels } from "@/parts/states";
import { count, dayOf, exactTime } from "@/parts/time";
import { ModelUsage } from "./models";

/** What this month has used of the tier. */
export function UsagePage() {
  const usage = useQuery({ ...usageQuery, refetchInterval: 10_000 });
  const me = useQuery(meQuery).data;
  const data = usage.data;
  return (
    <>
      <Bar crumbs={[{ label: "Usage" }]} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        {usage.isPending && <SkeletonPanels heights={[84, 104, 220]} className="max-w-240 gap-8 px-6 py-8" />}
        {usage.error && !data && <Failed error={usage.error} retry={() => void usage.refetch()} />}
        {data && (
          <div className="mx-auto flex max-w-240 flex-col gap-8 px-6 py-8">
            <section className="flex flex-col gap-3">
              <div className="flex items-baseline gap-2">
                <span className="text-2xl font-semibold tabular">{count(data.runsUsed)}</span>
                <h2 className="text-base font-normal text-text-2">{data.runsLimit === null ? "runs this month" : `of ${count(data.runsLimit)} runs this month`}</h2>
              </div>
              {data.runsLimit !== null && (
                <div
                  role="progressbar"
                  aria-label="Runs of this month"
                  aria-valuenow={data.runsUsed}
                  aria-valuemin={0}
                  aria-valuemax={data.runsLimit}
                  className="h-2 overflow-hidden rounded-full bg-line-strong"
                >
                  <div
                    className={`h-full rounded-full ${data.runsPercentage >= 80 ? "bg-waiting" : "bg-text-3"}`}
                    style={{ width: `${Math.max(data.runsUsed > 0 ? 0.5 : 0, data.runsPercentage)}%` }}
                  />
                </div>
              )}
              <p className="text-text-2">
                A run is everything that one firing of a trigger causes. The count begins anew in {data.daysRemaining} {data.daysRemaining === 1 ? "day" : "days"}, on{" "}
                <span title={exactTime(data.periodEnd)}>{dayOf(data.periodEnd)}</span>.
              </p>
            </section>
            <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-2">
              <Fact name="Tokens of models" value={count(data.tokensUsed)} about="Read and written this month, simulated ones included" />
              <Fact name="Tier" value={me?.tier.replace("_", " ") ?? ""} about={data.runsLimit === null ? "Without a limit on runs" : `${count(data.runsLimit)} runs a month`} />
            </dl>
            <ModelUsage />
          </div>
        )}
      </main>
    </>
  );
}

function Fact({ name, value, about }: { name: string; value: string; about: string }) {
  return (
    <div className="flex flex-col gap-1 bg-surface p-4">
      <dt className="text-text-2">{name}</dt>
      <dd className="text-xl font-semibold tabular first-letter:uppercase">{value}</dd>
      <dd className="text-xs text-text-3">{about}</dd>
    </div>
  );
}
