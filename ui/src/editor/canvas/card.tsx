import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { clsx } from "clsx";
import { CircleAlert, CircleCheck, CircleDashed, Clock, LoaderCircle, Pin } from "lucide-react";
import { memo } from "react";
import type { Diagnostic } from "@/api/types";
import type { Listener } from "@/model/read";
import { Ticked } from "@/parts/ticked";
import { Tip } from "@/parts/tip";
import { duration } from "@/parts/time";
import type { ListenerRun } from "@/runs/fold";
import { useListenerRun, useRun } from "@/runs/run-store";
import { HandlerIcon } from "../icons";
import { useEditor } from "../store";
import { MORE, portsOf, ROWS, socketOf } from "./size";

export type CardNode = Node<{ listener: Listener; line: string; icon: string | undefined; title: string }, "card">;

const PORT = "!size-2.5 !rounded-full !border-2 !border-surface !bg-line-strong hover:!bg-accent";

/** A listener: who it is, and what it does here. */
export const Card = memo(function Card({ data, selected }: NodeProps<CardNode>) {
  const { listener, line, icon, title } = data;
  const run = useListenerRun(listener.name);
  // The end of it: that is where it is being written.
  const saying = useRun((state) => state.said.get(listener.name)?.text.slice(-44));
  const found = useEditor((state) => firstProblem(state.diagnostics, listener.name));
  const isPinned = useEditor((state) => state.pinned.has(listener.name));
  const ports = portsOf(listener);
  const isAgent = listener.handler === "agent";
  const socket = socketOf(listener);
  return (
    <div
      data-listener={listener.name}
      data-state={run?.state ?? "idle"}
      className={clsx(
        "group/card relative w-58 rounded-lg border bg-surface transition-[border-color,opacity] duration-150",
        selected ? "border-accent ring-1 ring-accent" : border(run, found),
        run?.state === "skipped" && "opacity-45",
        run?.state === "running" && "is-running",
      )}
    >
      <Handle type="target" position={Position.Left} id="in" className={PORT} style={{ top: ROWS.head / 2 - 1 }} />
      <Handle type="target" position={Position.Top} id="call" className="!size-2 !border-0 !bg-transparent" isConnectableStart={false} />
      <div className="flex flex-col justify-center gap-0.5 px-3" style={{ height: ROWS.head - 2 }}>
        <div className="flex items-center gap-2">
          <Tip label={title} side="top">
            <span className={clsx("card-icon flex size-5 shrink-0 items-center justify-center rounded-sm", isAgent ? "text-accent-text" : "text-text-2")}>
              <HandlerIcon icon={icon} />
            </span>
          </Tip>
          <span className="card-name min-w-0 flex-1 truncate font-semibold" title={listener.name}>
            {listener.name}
          </span>
          {isPinned && (
            <Tip label="Its output is pinned: tests take it instead of doing the work" side="top">
              <span className="shrink-0 text-text-2">
                <Pin size={14} />
                <span className="sr-only">Pinned</span>
              </span>
            </Tip>
          )}
          {run ? <RunMark run={run} /> : <Problem found={found} />}
        </div>
        {run?.error ? (
          <p className="truncate text-xs text-failed" title={run.error.message}>
            {run.error.message}
          </p>
        ) : saying ? (
          <p className="truncate text-xs text-running">{saying}</p>
        ) : (
          <p className="card-line truncate font-mono text-xs text-text-2" title={line}>
            {line}
          </p>
        )}
      </div>
      {ports.length > 0 && (
        <ul className="border-t border-line py-[2.5px]">
          {ports.map((port) => (
            <li key={port.id} className="relative flex items-center justify-end pr-3 pl-3" style={{ height: ROWS.port }}>
              <span className={clsx("truncate text-xs", port.id === "otherwise" || port.id === MORE ? "text-text-3" : "font-mono text-text-2")} title={port.label}>
                {port.label}
              </span>
              <Handle type="source" position={Position.Right} id={port.id} className={PORT} isConnectable={port.id === MORE ? false : undefined} />
            </li>
          ))}
        </ul>
      )}
      {ports.length === 0 && <Handle type="source" position={Position.Right} id="next" className={PORT} style={{ top: ROWS.head / 2 - 1 }} />}
      {socket && (
        <div
          className="relative flex items-center justify-center rounded-b-lg border-t border-dashed border-line-strong text-xs text-text-3"
          style={{ height: ROWS.socket }}
        >
          {socket.label}
          <Handle type="source" position={Position.Bottom} id={socket.port} className={`${PORT} !rounded-[3px]`} />
        </div>
      )}
      <Handle
        type="source"
        position={Position.Bottom}
        id="error"
        title="Where a failure goes"
        className={clsx(
          "!left-[92%] !size-2 !rounded-full !border-2 !border-surface !bg-failed transition-opacity",
          !listener.errorTo && "opacity-0 group-hover/card:opacity-100",
        )}
      />
    </div>
  );
});

function border(run: ListenerRun | null, found: Diagnostic | null): string {
  if (run?.state === "failed") return "border-failed";
  if (run?.state === "running") return "border-running";
  if (run?.state === "waiting") return "border-waiting";
  if (run?.state === "done") return "border-success/50";
  if (!run && found?.severity === "error") return "border-failed/70";
  return "border-line-strong hover:border-text-3";
}

function RunMark({ run }: { run: ListenerRun }) {
  const times = run.count > 1 ? `${run.count} × ` : "";
  const text = run.lastMs === null ? times.replace(" × ", " times") : `${times}${duration(run.lastMs)}`;
  if (run.state === "running") return <Marked icon={<LoaderCircle size={14} className="spin" />} text={times} colour="text-running" label="Running" />;
  if (run.state === "waiting") return <Marked icon={<Clock size={14} />} text={text} colour="text-waiting" label="Waiting" />;
  if (run.state === "failed") return <Marked icon={<CircleAlert size={14} />} text={text} colour="text-failed" label="Failed" />;
  if (run.state === "skipped") return <Marked icon={<CircleDashed size={14} />} text="" colour="text-stopped" label="Skipped" />;
  return <Marked icon={<CircleCheck size={14} />} text={text} colour="text-success" label="Done" isStriped={run.isSimulated} />;
}

interface MarkedProps {
  icon: React.ReactNode;
  text: string;
  colour: string;
  label: string;
  isStriped?: boolean;
}

function Marked({ icon, text, colour, label, isStriped }: MarkedProps) {
  return (
    <span
      className={clsx("flex shrink-0 items-center gap-1 rounded-sm px-1 text-xs tabular", colour, isStriped && "striped")}
      title={isStriped ? "The model was simulated" : label}
    >
      {text}
      {icon}
      <span className="sr-only">{isStriped ? `${label}, simulated` : label}</span>
    </span>
  );
}

function Problem({ found }: { found: Diagnostic | null }) {
  if (!found) return null;
  return (
    <Tip side="top" label={<span><Ticked text={found.hint ? `${found.message}: ${found.hint}` : found.message} /></span>}>
      <span className={found.severity === "error" ? "text-failed" : "text-waiting"}>
        <CircleAlert size={14} />
        <span className="sr-only">{found.message}</span>
      </span>
    </Tip>
  );
}

/** What is worst about a listener. */
export function firstProblem(diagnostics: Diagnostic[], name: string): Diagnostic | null {
  const own = diagnostics.filter((one) => one.listener === name && one.severity !== "info");
  return own.find((one) => one.severity === "error") ?? own[0] ?? null;
}
