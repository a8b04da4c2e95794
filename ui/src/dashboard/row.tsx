import { Link } from "@tanstack/react-router";
import { Copy, Download, Ellipsis, History, Play, Square, SquarePen, Trash2 } from "lucide-react";
import type { FlowSummary } from "@/api/types";
import type { Column } from "@/executions/hours";
import { IconButton } from "@/parts/button";
import { Menu } from "@/parts/menu";
import { FlowStatusMark, Status } from "@/parts/status";
import { Ago, count, plural } from "@/parts/time";
import { stateOf } from "@/runs/state";
import { Sparkline } from "./sparkline";
import type { useFlowActions } from "./use-flow-actions";

export const COLUMNS = "grid grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[minmax(0,1fr)_92px_128px_112px_100px_68px] gap-x-4 px-4";

interface Props {
  flow: FlowSummary;
  actions: ReturnType<typeof useFlowActions>;
}

/** A flow: how it is, when it last ran, and what ran of it by the hour, once that is known. */
export function FlowRow({ flow, actions, columns }: Props & { columns: Column[] | undefined }) {
  const last = flow.lastExecution;
  const failed = columns?.reduce((sum, column) => sum + column.bad, 0) ?? 0;
  const runs = columns?.reduce((sum, column) => sum + column.good, failed) ?? 0;
  const isRunning = flow.status === "running";
  return (
    <div className={`${COLUMNS} group relative h-13 items-center border-b border-line hover:bg-surface`} role="row">
      <div role="cell" className="min-w-0">
        <Link
          to="/flows/$flowId"
          params={{ flowId: flow.id }}
          title={flow.name}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {flow.name}
        </Link>
        {flow.description && (
          <p className="truncate text-xs text-text-3 max-sm:hidden" title={flow.description}>
            {flow.description}
          </p>
        )}
        <p className="text-xs text-text-3 sm:hidden">
          {last ? (
            <span className="flex items-center gap-1.5">
              <Status word={stateOf(last)} hideLabel /> <Ago at={last.startedAt} />
            </span>
          ) : (
            "Never ran"
          )}
        </p>
      </div>
      <div role="cell" className="max-sm:order-last max-sm:hidden">
        <FlowStatusMark word={flow.status} />
      </div>
      <div role="cell" className="max-sm:hidden">
        {last ? (
          <span className="flex items-center gap-2 text-text-2">
            <Status word={stateOf(last)} hideLabel />
            <Ago at={last.startedAt} />
          </span>
        ) : (
          <span className="text-text-3">Never ran</span>
        )}
      </div>
      <div role="cell" className="flex items-center gap-2 max-sm:hidden">
        {columns ? <Sparkline columns={columns} /> : <span className="skeleton h-4 w-20" />}
      </div>
      <div role="cell" className="text-text-2 tabular max-sm:hidden">
        {runs > 0 && plural(runs, "run")}
        {failed > 0 && <span className="block text-xs text-failed">{count(failed)} failed</span>}
      </div>
      <div role="cell" className="relative flex items-center justify-end gap-0.5">
        <span className="sm:hidden">
          <FlowStatusMark word={flow.status} />
        </span>
        <IconButton
          label={isRunning ? `Stop ${flow.name}` : `Start ${flow.name}`}
          disabled={actions.toggle.isPending && actions.toggle.variables.id === flow.id}
          onClick={() => actions.toggle.mutate(flow)}
          className="max-sm:hidden"
        >
          {isRunning ? <Square size={14} /> : <Play size={14} />}
        </IconButton>
        <RowMenu flow={flow} actions={actions} />
      </div>
    </div>
  );
}

function RowMenu({ flow, actions }: Props) {
  const isRunning = flow.status === "running";
  return (
    <Menu
      items={[
        { label: "Open", icon: <SquarePen size={14} />, run: () => void actions.open(flow.id) },
        { label: "Executions", icon: <History size={14} />, run: () => void actions.openExecutions(flow.id) },
        {
          label: isRunning ? "Stop" : "Start",
          icon: isRunning ? <Square size={14} /> : <Play size={14} />,
          run: () => actions.toggle.mutate(flow),
        },
        { label: "Duplicate", icon: <Copy size={14} />, run: () => void actions.duplicate(flow) },
        { label: "Export as YAML", icon: <Download size={14} />, run: () => void actions.exportText(flow) },
        null,
        {
          label: isRunning ? "Stop and delete" : "Delete",
          icon: <Trash2 size={14} />,
          isDanger: true,
          run: () => actions.remove(flow),
        },
      ]}
    >
      <button
        type="button"
        aria-label={`More for ${flow.name}`}
        className="flex size-7 items-center justify-center rounded-md text-text-3 hover:bg-hover hover:text-text"
      >
        <Ellipsis size={16} />
      </button>
    </Menu>
  );
}
