import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Plus, Search, SearchX, Upload } from "lucide-react";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { runSeriesQuery } from "@/api/executions";
import { flowsQuery } from "@/api/flows";
import { Bar } from "@/app/bar";
import { useCommands } from "@/app/commands";
import { byHour, type Column, pointsByFlow } from "@/executions/hours";
import { Button } from "@/parts/button";
import { Input, Select } from "@/parts/input";
import { count, plural } from "@/parts/time";
import { Empty, Failed, SkeletonRows } from "@/parts/states";
import { FirstRun } from "./first-run";
import { useHidden } from "./hidden";
import { NewFlow, type NewFlowTab } from "./new-flow";
import { COLUMNS, FlowRow } from "./row";
import { type Filter, type Order, sorted } from "./sorted";
import { UsageMeter } from "./usage-meter";
import { useFlowActions } from "./use-flow-actions";

const ROW_PX = 52;
/** The hours that a row shows. */
const HOURS = 24;

/** What stands in the dashboard's address: how a new flow begins, while one is asked. */
export interface DashboardSearch {
  new?: NewFlowTab;
}

/** All flows: what they are, whether they run, how they did. */
export function Dashboard() {
  const flows = useQuery(flowsQuery);
  const { ids: hiddenIds } = useHidden();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [order, setOrder] = useState<Order>("changed");
  const dialog = useSearch({ from: "/" }).new ?? null;
  const navigate = useNavigate();
  const setDialog = (tab: NewFlowTab | null) => void navigate({ to: "/", search: tab ? { new: tab } : {}, replace: true });
  const searchField = useRef<HTMLInputElement>(null);
  // Typing comes first; the list follows when there is time.
  const wanted = useDeferredValue(search);
  const all = useMemo(() => flows.data?.filter((flow) => !hiddenIds.has(flow.id)) ?? [], [flows.data, hiddenIds]);
  const shown = useMemo(() => sorted(all, wanted, filter, order), [all, wanted, filter, order]);
  useCommands([
    { title: "Search flows", group: "Flows", shortcut: "/", isHidden: true, run: () => searchField.current?.focus() },
  ]);
  return (
    <>
      <Bar crumbs={[{ label: "Flows" }]}>
        <UsageMeter />
        <Button icon={<Upload size={14} />} onClick={() => setDialog("import")} className="max-sm:hidden">
          Import
        </Button>
        <Button look="primary" icon={<Plus size={14} />} onClick={() => setDialog("template")}>
          New flow
        </Button>
      </Bar>
      <main className="flex min-h-0 flex-1 flex-col">
        {flows.error && !flows.data && <Failed error={flows.error} retry={() => void flows.refetch()} />}
        {flows.data && all.length === 0 && <FirstRun choose={() => setDialog("template")} />}
        {(flows.isPending || all.length > 0) && (
          <>
            <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2">
              <span className="relative max-w-72 min-w-30 flex-1 max-sm:max-w-none max-sm:basis-full">
                <Search size={14} className="pointer-events-none absolute top-[7px] left-2 text-text-3" aria-hidden />
                <Input
                  ref={searchField}
                  type="search"
                  aria-label="Search flows"
                  placeholder="Search flows"
                  value={search}
                  onChange={(event) => setSearch(event.target.value)}
                  className="!h-7 pl-7"
                />
              </span>
              <Select aria-label="Show" value={filter} onChange={(event) => setFilter(event.target.value as Filter)} className="!h-7 !w-auto max-sm:!flex-1">
                <option value="all">All</option>
                <option value="running">Running</option>
                <option value="stopped">Stopped</option>
                <option value="error">Failed</option>
              </Select>
              <Select aria-label="Order" value={order} onChange={(event) => setOrder(event.target.value as Order)} className="!h-7 !w-auto max-sm:!flex-1">
                <option value="changed">Last changed</option>
                <option value="name">Name</option>
                <option value="status">Status</option>
              </Select>
              <span className="ml-auto text-xs text-text-3 tabular max-sm:hidden">
                {flows.isPending ? "" : shown.length === all.length ? plural(all.length, "flow") : `${count(shown.length)} of ${plural(all.length, "flow")}`}
              </span>
            </div>
            {flows.isPending && <SkeletonRows height={ROW_PX} />}
            {flows.data && shown.length === 0 && (
              <Empty
                icon={<SearchX size={20} />}
                title="No flow matches"
                actions={
                  <Button
                    onClick={() => {
                      setSearch("");
                      setFilter("all");
                    }}
                  >
                    Show all flows
                  </Button>
                }
              />
            )}
            {shown.length > 0 && <FlowTable flows={shown} />}
          </>
        )}
      </main>
      <NewFlow tab={dialog} onTab={setDialog} onClose={() => setDialog(null)} />
    </>
  );
}

function FlowTable({ flows }: { flows: ReturnType<typeof sorted> }) {
  const actions = useFlowActions();
  const columns = useColumns();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: flows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto" role="table" aria-label="Flows" aria-rowcount={flows.length}>
      <div role="row" className={`${COLUMNS} sticky top-0 z-1 h-8 items-center border-b border-line bg-bg text-xs text-text-3 max-sm:hidden`}>
        {["Name", "Status", "Last run", "By the hour", "Last 24 hours", "Actions"].map((name) => (
          <span key={name} role="columnheader" className={name === "Actions" ? "text-right" : ""}>
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const flow = flows[item.index];
          if (!flow) return null;
          return (
            <div key={flow.id} role="presentation" className="absolute inset-x-0" style={{ top: item.start }}>
              <FlowRow flow={flow} actions={actions} columns={columns?.(flow.id)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** What ran of each flow, hour by hour, in one question; `undefined` until it is answered. */
function useColumns(): ((flowId: string) => Column[]) | undefined {
  const points = useQuery(runSeriesQuery(HOURS, { byFlow: true })).data?.points;
  const byFlow = useMemo(() => points && pointsByFlow(points), [points]);
  return byFlow && ((flowId) => byHour(byFlow.get(flowId) ?? [], HOURS));
}
