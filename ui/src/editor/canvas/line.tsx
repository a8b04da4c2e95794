import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import type { Fit } from "@/model/fit";
import { isCall, type Port } from "@/model/listeners";
import { useRun } from "@/runs/run-store";

export type LineEdge = Edge<{ port: Port; fit: Fit | null }, "line">;

/** An edge: solid for `next`, dashed for `peers`, red for where a failure goes; how many messages went along it. */
export const Line = memo(function Line(props: EdgeProps<LineEdge>) {
  const { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, source, target, selected, data, markerEnd } = props;
  const [path, x, y] = getBezierPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition });
  const messages = useRun(({ run }) => (run ? (run.messages.get(`${source} ${target}`) ?? 0) : null));
  const port = data?.port ?? "next";
  const colour = selected
    ? "var(--accent)"
    : port === "error"
      ? "var(--failed)"
      : messages
        ? "var(--success)"
        : messages === 0
          ? "var(--line)"
          : "var(--line-strong)";
  return (
    <>
      <BaseEdge
        path={path}
        markerEnd={isCall(port) ? undefined : markerEnd}
        interactionWidth={16}
        style={{
          stroke: colour,
          strokeWidth: selected || messages ? 2 : 1.5,
          strokeDasharray: isCall(port) ? "5 4" : port === "error" ? "2 3" : undefined,
        }}
      />
      {messages !== null && messages > 1 && (
        <EdgeLabelRenderer>
          <span
            className="pointer-events-none absolute rounded-full border border-line bg-surface px-1.5 text-xs text-text-2 tabular"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {messages}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
