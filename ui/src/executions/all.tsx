import { useNavigate, useSearch } from "@tanstack/react-router";
import { History, SearchX } from "lucide-react";
import type { TriggerKind } from "@/api/types";
import { Bar } from "@/app/bar";
import { changed } from "@/app/sought";
import { Button } from "@/parts/button";
import { FIND_FLOW, FindOne, FindText, SINCE } from "@/parts/find";
import { FlowSelect } from "@/parts/flow-select";
import { Segmented } from "@/parts/segmented";
import { Empty, Failed } from "@/parts/states";
import { RunChart } from "./chart";
import { ExecutionTable, FILTERS, TableSkeleton } from "./list";
import { type ExecutionsSearch, useFound } from "./use-found";

const TRIGGERS: Record<TriggerKind, string> = { webhook: "By webhook", schedule: "By schedule", manual: "By hand", flow: "By a flow", test: "As a test" };

/** Every execution, over all flows, the newest first. */
export function AllExecutions() {
  const search = useSearch({ from: "/executions" });
  const navigate = useNavigate({ from: "/executions" });
  const list = useFound(search);
  const isFiltered = Object.keys(search).length > 0;
  const look = (change: Partial<Record<keyof ExecutionsSearch, string>>) => void navigate({ search: changed(search, change), replace: true });
  return (
    <>
      <Bar crumbs={[{ label: "Executions" }]} />
      <main className="flex min-h-0 flex-1 flex-col">
        <search aria-label="Which executions" className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2">
          <Segmented label="Show" value={search.status ?? "all"} options={FILTERS} onChange={(word) => look({ status: word === "all" ? "" : word })} />
          <FlowSelect className={FIND_FLOW} value={search.flow ?? ""} onChange={(flow) => look({ flow })} />
          <FindOne label="Started by" any="Any trigger" options={TRIGGERS} value={search.trigger} onChange={(trigger) => look({ trigger })} />
          <FindOne label="Since" any="At any time" options={SINCE} value={search.since} onChange={(since) => look({ since })} />
          <FindText placeholder="Id, flow or error" value={search.text} onChange={(text) => look({ text })} />
        </search>
        {!isFiltered && <RunChart />}
        {list.isPending && <TableSkeleton />}
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
    <Empty icon={<SearchX size={20} />} title="No execution matches" actions={<Button onClick={clear}>Show all</Button>} />
  );
}

function NothingRan() {
  return (
    <Empty icon={<History size={20} />} title="Nothing ran yet">
      Start a flow and run it: every run is listed here.
    </Empty>
  );
}
