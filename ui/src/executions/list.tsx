import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { FlaskConical, History, MousePointerClick, Play, RotateCw, Timer, Webhook, Workflow } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { statsQuery } from "@/api/flows";
import type { ExecutionStatus, ExecutionSummary, TriggerKind } from "@/api/types";
import { useCommands } from "@/app/commands";
import { FlowPage } from "@/app/flow-page";
import { Button } from "@/parts/button";
import { Segmented } from "@/parts/segmented";
import { Empty, Failed, SkeletonRows } from "@/parts/states";
import { Status } from "@/parts/status";
import { Ticked } from "@/parts/ticked";
import { Ago, count, duration } from "@/parts/time";
import { stateOf } from "@/runs/state";
import { RunChart } from "./chart";
import { ReplayMany } from "./replay-many";
import { useFound } from "./use-found";

const ROW_PX = 36;
export const FILTERS: { value: Filter; label: string }[] = [
  { value: "all", label: "All" },
  { value: "running", label: "Running" },
  { value: "success", label: "Done" },
  { value: "error", label: "Failed" },
  { value: "timeout", label: "Timed out" },
];
export type Filter = "all" | ExecutionStatus;

/** The executions of one flow, the newest first. */
export function FlowExecutions() {
  const { flowId } = useParams({ from: "/flows/$flowId/executions" });
  const stats = useQuery({ ...statsQuery(flowId), refetchInterval: 5_000 }).data;
  const [filter, setFilter] = useState<Filter>("all");
  const [isReplayOpen, setReplayOpen] = useState(false);
  const list = useFound({ flow: flowId, ...(filter === "all" ? {} : { status: filter }) });
  useCommands([{ title: "Replay many", group: "This flow", icon: <RotateCw size={16} />, run: () => setReplayOpen(true) }]);
  const actions = (
    <Button icon={<RotateCw size={14} />} onClick={() => setReplayOpen(true)}>
      Replay many
    </Button>
  );
  return (
    <FlowPage flowId={flowId} actions={actions} className="flex min-h-0 flex-1 flex-col">
      {() => (
        <>
          <ReplayMany flowId={flowId} isOpen={isReplayOpen} onClose={() => setReplayOpen(false)} />
          <div className="flex shrink-0 flex-wrap items-center gap-x-6 gap-y-2 border-b border-line px-4 py-2">
            <Segmented label="Show" value={filter} options={FILTERS} onChange={setFilter} />
            {stats && stats.executionsTotal > 0 && (
              <dl className="flex flex-wrap gap-x-5 text-xs text-text-2 tabular">
                <Figure name="Runs" value={count(stats.executionsTotal)} />
                <Figure name="Done" value={share(stats.executionsSuccess, stats.executionsTotal)} />
                <Figure name="Failed" value={count(stats.executionsError + stats.executionsTimeout)} />
                <Figure name="Mean" value={duration(stats.avgDurationMs)} />
              </dl>
            )}
          </div>
          {filter === "all" && <RunChart flowId={flowId} />}
          {list.isPending && <TableSkeleton />}
          {list.error && !list.data && <Failed error={list.error} retry={() => void list.refetch()} />}
          {list.data && list.rows.length === 0 && <NoExecutions flowId={flowId} isFiltered={filter !== "all"} />}
          {list.rows.length > 0 && (
            <ExecutionTable rows={list.rows.map(({ flowName: _, ...row }) => row)} total={list.hasNextPage ? -1 : list.rows.length} onNear={list.more} label="Executions" />
          )}
        </>
      )}
    </FlowPage>
  );
}

export interface Row extends Pick<ExecutionSummary, "id" | "status" | "triggerType" | "startedAt" | "durationMs"> {
  flowId: string;
  flowName?: string;
  errorMessage?: string | null;
  /** What it stands still for, while it runs. */
  waitingOn?: object | null;
}

/** Executions as rows; only those in sight are drawn. */
export function ExecutionTable({ rows, total, onNear, label }: { rows: Row[]; total: number; onNear?: () => void; label: string }) {
  const isOfMany = rows[0]?.flowName !== undefined;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    getItemKey: (place) => rows[place]?.id ?? place,
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 60) onNear?.();
  }, [last, rows.length, onNear]);
  return (
    <div ref={scroller} role="table" aria-label={label} aria-rowcount={total} className="min-h-0 flex-1 overflow-y-auto">
      <div role="rowgroup" className="sticky top-0 z-1 max-sm:hidden">
        <div role="row" className={`${ROW} h-8 bg-bg text-xs text-text-3`}>
          <ColumnHead name="Status" className={CELLS.status} />
          {isOfMany && <ColumnHead name="Flow" className={CELLS.flow} />}
          <ColumnHead name="Execution" className={isOfMany ? CELLS.idBeside : CELLS.id} />
          <ColumnHead name="Error" className={CELLS.error} />
          <ColumnHead name="Started by" className={CELLS.trigger} />
          <ColumnHead name="Took" className={CELLS.took} />
          <ColumnHead name="Started" className={CELLS.started} />
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: list.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row ? <ExecutionRow key={row.id} row={row} top={item.start} /> : null;
        })}
      </div>
    </div>
  );
}

/** The table before its rows are there: they come where these stand. */
export function TableSkeleton() {
  return (
    <>
      <div aria-hidden className="h-8 shrink-0 border-b border-line max-sm:hidden" />
      <SkeletonRows count={8} height={ROW_PX} />
    </>
  );
}

const ROW = "flex items-center gap-x-3 border-b border-line px-4 sm:gap-x-4";
/** How wide the columns are; phones show a sign, a name, what failed, and when. */
const CELLS = {
  status: "shrink-0 sm:w-24",
  flow: "max-w-[55%] shrink-0 truncate sm:w-40 sm:max-w-none lg:w-60",
  id: "w-24 shrink-0",
  idBeside: "w-24 shrink-0 max-lg:hidden",
  error: "min-w-0 flex-1 truncate",
  trigger: "w-25 shrink-0 max-sm:hidden",
  took: "w-20 shrink-0 text-right max-sm:hidden",
  started: "shrink-0 text-right sm:w-25",
};

function ColumnHead({ name, className }: { name: string; className: string }) {
  return (
    <span role="columnheader" className={className}>
      {name}
    </span>
  );
}

const TRIGGERS: Record<TriggerKind, { icon: typeof Webhook; label: string }> = {
  webhook: { icon: Webhook, label: "Webhook" },
  schedule: { icon: Timer, label: "Schedule" },
  manual: { icon: MousePointerClick, label: "By hand" },
  test: { icon: FlaskConical, label: "As a test" },
  flow: { icon: Workflow, label: "By a flow" },
};

function ExecutionRow({ row, top }: { row: Row; top: number }) {
  const { icon: Icon, label } = TRIGGERS[row.triggerType];
  const id = <span className="font-mono text-xs text-text-3">{row.id.slice(-12)}</span>;
  return (
    <div role="row" className={`${ROW} absolute inset-x-0 hover:bg-surface`} style={{ top, height: ROW_PX }}>
      <span role="cell" className={CELLS.status}>
        <Status word={stateOf(row)} hideLabel="on phones" />
      </span>
      <span role="cell" className={row.flowName ? CELLS.flow : CELLS.id} title={row.flowName}>
        <Link
          to="/flows/$flowId/executions/$executionId"
          params={{ flowId: row.flowId, executionId: row.id }}
          className="outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {row.flowName ? <span className="font-medium">{row.flowName}</span> : id}
        </Link>
      </span>
      {row.flowName && (
        <span role="cell" className={CELLS.idBeside}>
          {id}
        </span>
      )}
      <span role="cell" className={`${CELLS.error} text-text-2`} title={row.errorMessage ?? undefined}>
        {row.errorMessage && <Ticked text={row.errorMessage} />}
      </span>
      <span role="cell" className={`${CELLS.trigger} flex items-center gap-1.5 text-text-2`}>
        <Icon size={14} className="text-text-3" aria-hidden /> {label}
      </span>
      <span role="cell" className={`${CELLS.took} text-text-2 tabular`}>
        {row.durationMs === null ? "" : duration(row.durationMs)}
      </span>
      <span role="cell" className={`${CELLS.started} text-text-2`}>
        <Ago at={row.startedAt} />
      </span>
    </div>
  );
}

function NoExecutions({ flowId, isFiltered }: { flowId: string; isFiltered: boolean }) {
  if (isFiltered) return <Empty icon={<History size={20} />} title="None of that kind" />;
  return (
    <Empty
      icon={<History size={20} />}
      title="It never ran"
      actions={
        <Link to="/flows/$flowId" params={{ flowId }} className="inline-flex h-7 items-center gap-1.5 rounded-md bg-accent-fill px-2.5 font-medium text-on-accent hover:bg-accent-fill-hover">
          <Play size={14} /> Go and run it
        </Link>
      }
    >
      Every run is listed here, with each step, what came in and what went out.
    </Empty>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-text-3">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return `${percent === 100 || percent === 0 ? percent : percent.toFixed(1)} %`;
}
