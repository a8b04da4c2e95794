import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { BellOff, CircleAlert, OctagonAlert, SearchX, TriangleAlert } from "lucide-react";
import { useDeferredValue, useEffect } from "react";
import { alertsQuery, type AlertsSearch } from "@/api/alerts";
import { knownFlowsQuery } from "@/api/flows";
import type { Alert } from "@/api/types";
import { Bar } from "@/app/bar";
import { changed } from "@/app/sought";
import { Button } from "@/parts/button";
import { FIND_FLOW, FindOne, FindText, SINCE } from "@/parts/find";
import { FlowSelect } from "@/parts/flow-select";
import { Segmented } from "@/parts/segmented";
import { Empty, Failed, SkeletonRows } from "@/parts/states";
import { Ticked } from "@/parts/ticked";
import { Ago, count, plural } from "@/parts/time";
import { type Failure, failuresQuery } from "./failures";
import { useSeenAlerts } from "./seen";

const RULES: Record<Alert["rule"], string> = {
  repetition: "Goes in circles",
  tokens: "Many tokens",
  stuck: "Stuck",
  failing: "Keeps failing",
  node: "A node of the server",
  key: "A key was refused",
  models: "Calls of models",
};

const LEVELS = [
  { value: "all", label: "All" },
  { value: "critical", label: "Critical" },
  { value: "warning", label: "Warnings" },
] as const;

/** What the watchdog has found, the newest first. */
export function AlertsPage() {
  const search = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const look = (change: Partial<Record<keyof AlertsSearch, string>>) => void navigate({ search: changed(search, change), replace: true });
  const isFiltered = Object.keys(search).length > 0;
  const alerts = useInfiniteQuery(alertsQuery(useDeferredValue(search)));
  const all = useInfiniteQuery(alertsQuery()).data?.pages[0]?.items;
  const names = new Map(useQuery(knownFlowsQuery).data?.map((flow) => [flow.id, flow.name]));
  const see = useSeenAlerts((state) => state.see);
  const items = alerts.data?.pages.flatMap((page) => page.items) ?? [];
  const total = alerts.data?.pages[0]?.total ?? 0;
  const failures = useQuery(failuresQuery).data ?? [];
  const newest = [all?.[0]?.at ?? "", ...failures.map((failure) => failure.at)].reduce((one, other) => (one > other ? one : other));
  useEffect(() => see(newest), [newest, see]);
  return (
    <>
      <Bar crumbs={[{ label: "Alerts" }]} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        <search aria-label="Which alerts" className="sticky top-0 z-1 flex flex-wrap items-center gap-2 border-b border-line bg-bg px-4 py-2">
          <Segmented label="Show" value={search.level ?? "all"} options={LEVELS} onChange={(word) => look({ level: word === "all" ? "" : word })} />
          <FlowSelect className={FIND_FLOW} value={search.flow ?? ""} onChange={(flow) => look({ flow })} />
          <FindOne label="Kind" any="Any kind" options={RULES} value={search.rule} onChange={(rule) => look({ rule })} />
          <FindOne label="Since" any="At any time" options={SINCE} value={search.since} onChange={(since) => look({ since })} />
          <FindText placeholder="What was found" value={search.text} onChange={(text) => look({ text })} />
          {total > 0 && <span className="text-xs text-text-3 tabular max-sm:hidden">{plural(total, "alert")}</span>}
        </search>
        {alerts.isPending && (
          <div className="mx-auto max-w-240 pt-6">
            <SkeletonRows height={68} />
          </div>
        )}
        {alerts.error && !alerts.data && <Failed error={alerts.error} retry={() => void alerts.refetch()} />}
        {alerts.data && items.length === 0 && isFiltered && (
          <Empty icon={<SearchX size={20} />} title="No alert matches" actions={<Button onClick={() => void navigate({ search: {}, replace: true })}>Show all</Button>} />
        )}
        {alerts.data && items.length === 0 && failures.length === 0 && !isFiltered && (
          <Empty icon={<BellOff size={20} />} title="Nothing to worry about">
            The watchdog reads every run along: what goes in circles, gets stuck, keeps failing or burns tokens is told here.
          </Empty>
        )}
        {failures.length > 0 && !isFiltered && <Failures failures={failures} />}
        {failures.length > 0 && items.length > 0 && !isFiltered && <h2 className="mx-auto max-w-240 px-4 pt-8 text-base">What the watchdog found</h2>}
        {items.length > 0 && (
          <ul aria-label="Alerts" className="mx-auto max-w-240 px-4 pb-4">
            {items.map((alert) => (
              <Entry key={alert.id} alert={alert} flow={alert.flowId ? (names.get(alert.flowId) ?? "a flow") : null} />
            ))}
          </ul>
        )}
        {alerts.hasNextPage && (
          <Button look="quiet" className="mx-auto mb-4 !flex" isBusy={alerts.isFetchingNextPage} onClick={() => void alerts.fetchNextPage()}>
            Older ones
          </Button>
        )}
      </main>
    </>
  );
}

/** What failed lately while nobody watched, and a way to the newest of each flow. */
function Failures({ failures }: { failures: Failure[] }) {
  return (
    <section aria-labelledby="failures-title" className="mx-auto max-w-240 px-4 pt-6">
      <h2 id="failures-title" className="text-base">
        Failed lately
      </h2>
      <ul>
        {failures.map(({ flowId, flowName, executionId, message, at, times }) => (
          <li key={flowId} className="flex items-start gap-3 border-b border-line py-3 leading-5">
            <CircleAlert size={16} className="mt-0.5 shrink-0 text-failed" aria-label="Failed" />
            <div className="min-w-0 flex-1">
              <Link to="/flows/$flowId/executions/$executionId" params={{ flowId, executionId }} className="font-medium break-words hover:underline">
                {flowName}
              </Link>
              <p className="break-words text-text-2">{message ? <Ticked text={message} /> : "It says nothing"}</p>
              {times > 1 && (
                <Link to="/executions" search={{ flow: flowId, status: "error" }} className="text-xs text-accent-text hover:underline">
                  {count(times)} of the newest failures
                </Link>
              )}
            </div>
            <span className="shrink-0 text-xs leading-5 text-text-3">
              <Ago at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Of many, only those in sight are laid out. */
function Entry({ alert, flow }: { alert: Alert; flow: string | null }) {
  const isCritical = alert.level === "critical";
  return (
    <li className="flex items-start gap-3 border-b border-line py-3 leading-5 [contain-intrinsic-size:auto_69px] [content-visibility:auto]">
      {isCritical ? <OctagonAlert size={16} className="mt-0.5 shrink-0 text-failed" aria-label="Critical" /> : <TriangleAlert size={16} className="mt-0.5 shrink-0 text-waiting" aria-label="Warning" />}
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <Ticked text={alert.message} />
        </p>
        <p className="mt-1 flex flex-wrap gap-x-3 gap-y-1 text-xs text-text-3">
          <span>{RULES[alert.rule]}</span>
          {alert.stops && <span className="text-failed">the run was told to end</span>}
          {flow && alert.flowId && (
            <Link to="/flows/$flowId" params={{ flowId: alert.flowId }} className="text-accent-text hover:underline">
              {flow}
            </Link>
          )}
          {alert.rule === "failing" && alert.flowId && (
            <Link to="/executions" search={{ flow: alert.flowId, status: "error" }} className="text-accent-text hover:underline">
              the failed executions
            </Link>
          )}
          {alert.flowId && alert.executionId && (
            <Link
              to="/flows/$flowId/executions/$executionId"
              params={{ flowId: alert.flowId, executionId: alert.executionId }}
              className="text-accent-text hover:underline"
            >
              the execution
            </Link>
          )}
        </p>
      </div>
      <span className="shrink-0 text-xs leading-5 text-text-3">
        <Ago at={alert.at} />
      </span>
    </li>
  );
}
