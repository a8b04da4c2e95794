import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { clsx } from "clsx";
import { CalendarClock, FlaskConical, MousePointerClick, Webhook, Workflow, Zap } from "lucide-react";
import { memo } from "react";
import type { TriggerKind } from "@/api/types";
import { ROWS } from "./size";

export type TriggerNode = Node<{ kinds: TriggerKind[] }, "trigger">;

const ICONS = { webhook: Webhook, schedule: CalendarClock, manual: MousePointerClick, flow: Workflow, test: FlaskConical };

/** What starts the flow. */
export const TriggerCard = memo(function TriggerCard({ data, selected }: NodeProps<TriggerNode>) {
  const kinds = [...new Set(data.kinds)];
  return (
    <div
      className={clsx(
        "relative flex w-33 items-center gap-2 rounded-l-[32px] rounded-r-lg border bg-surface pr-3 pl-4 transition-colors duration-150",
        selected ? "border-accent ring-1 ring-accent" : "border-line-strong hover:border-text-3",
      )}
      style={{ height: ROWS.head }}
    >
      <Zap size={16} className="card-icon shrink-0 text-text-2" aria-hidden />
      <div className="min-w-0">
        <p className="card-name font-semibold">Trigger</p>
        <p className="card-line flex items-center gap-1 text-xs text-text-3">
          {kinds.length === 0
            ? "by hand"
            : kinds.map((kind) => {
                const Icon = ICONS[kind];
                return <Icon key={kind} size={12} aria-label={kind} />;
              })}
          {kinds.length === 1 && kinds[0]}
        </p>
      </div>
      <Handle type="source" position={Position.Right} id="next" className="!size-2.5 !rounded-full !border-2 !border-surface !bg-line-strong" />
    </div>
  );
});
