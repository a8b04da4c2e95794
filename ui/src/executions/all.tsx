import { useNavigate, useSearch } from "@tanstack/react-router";
import { History, Search, SearchX } from "lucide-react";
import type { TriggerKind } from "@/api/types";
import { Bar } from "@/app/bar";
import { Button } from "@/parts/button";
import { FlowSelect } from "@/parts/flow-select";
import { Input, Select } from "@/parts/input";
import { Segmented } from "@/parts/segmented";
import { Empty, Failed, SkeletonRows } from "@/parts/states";
import { RunChart } from "./chart";
import { ExecutionTable, FILTERS } from "./list";
import { type ExecutionsSearch, useFound } from "./use-found";

const TRIGGERS: Record<TriggerKind, string> = { webhook: "By webhook", schedule: "By schedule", manual: "By hand", flow: "By a flow", test: "As a test" };

/** Every execution, over all flows, the newest first. */
export function AllExecutions() {
  const search = useSearch({ from: "/executions" });
  const navigate = useNavigate({ from: "/executions" });
  const list = useFound(search);
  const isFiltered = Object.keys(search).length > 0;
  const look = (change: Partial<Record<keyof ExecutionsSearch, string>>) => {
    const next = Object.entries({ ...search, ...change }).filter(([, value]) => value);
    void navigate({ search: Object.fromEntries(next) as ExecutionsSearch, replace: true });
  };
  return (
    <>
      <Bar crumbs={[{ label: "Executions" }]} />
      <main className="flex min-h-0 flex-1 flex-col">
        <search aria-label="Which executions" className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2">
          <Segmented label="Show" value={search.status ?? "all"} options={FILTERS} onChange={(word) => look({ status: word === "all" ? "" : word })} />
          <FlowSelect className="!h-7 !w-44 max-sm:min-w-28 max-sm:!flex-1" value={search.flow ?? ""} onChange={(flow) => look({ flow })} />
          <Select aria-label="Started by" className="!h-7 !w-32 max-sm:min-w-28 max-sm:!flex-1" value={search.trigger ?? ""} onChange={(event) => look({ trigger: event.target.value })}>
            <option value="">Any trigger</option>
            {Object.entries(TRIGGERS).map(([kind, label]) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </Select>
          <Select aria-label="Since" className="!h-7 !w-32 max-sm:min-w-28 max-sm:!flex-1" value={search.since ?? ""} onChange={(event) => look({ since: event.target.value })}>
            <option value="">At any time</option>
            <option value="hour">The last hour</option>
            <option value="day">The last day</option>
            <option value="week">The last week</option>
          </Select>
          <span className="relative min-w-40 flex-1">
            <Search size={14} className="pointer-events-none absolute top-[7px] left-2 text-text-3" aria-hidden />
            <Input
              type="search"
              aria-label="Text"
              placeholder="Id, flow or error"
              maxLength={200}
              className="!h-7 pl-7"
              value={search.text ?? ""}
              onChange={(event) => look({ text: event.target.value })}
            />
          </span>
        </search>
        {!isFiltered && <RunChart />}
        {list.isPending && <SkeletonRows count={8} height={36} />}
        {list.error && !list.data && <Failed error={list.error} retry={() => void list.refetch()} />}
        {list.data && list.rows.length === 0 && !list.hasNextPage && (isFiltered ? <NothingFound clear={() => void navigate({ search: {}, replace: true })} /> : <NothingRan />)}
        {list.data && list.rows.length === 0 && list.hasNextPage && (
          <p className="p-4 text-text-2">
            Nothing among the newest.{" "}
            <Button look="quiet" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Look further back
            </Button>
          </p>
        )}
        {list.rows.length > 0 && <ExecutionTable rows={list.rows} total={list.hasNextPage ? -1 : list.rows.length} onNear={list.more} label="Executions" />}
      </main>
    </>
  );
}

function NothingFound({ clear }: { clear(): void }) {
  return (
    <Empty icon={<SearchX size={20} />} title="No execution is like that">
      <Button onClick={clear}>Show all</Button>
    </Empty>
  );
}

function NothingRan() {
  return (
    <Empty icon={<History size={20} />} title="Nothing ran yet">
      Start a flow and run it: every run is listed here.
    </Empty>
  );
}
