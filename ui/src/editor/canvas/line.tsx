import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath, Position, type ReactFlowState, useStoreApi } from "@xyflow/react";
import { memo } from "react";
import type { FitLevel } from "@/api/types";
import { isCall, type Port } from "@/model/listeners";
import { useRun } from "@/runs/run-store";
import { isNote } from "../notes";
import { type Around, backPath, goesBack } from "./back-line";

export type LineEdge = Edge<{ port: Port; fit: FitLevel | null }, "line">;

/** How far below its socket the lines to tools part, in pixels. */
const DOWN = 24;

/** An edge: solid for `next`, dashed for `peers`, red for where a failure goes; how many messages went along it. */
export const Line = memo(function Line(props: EdgeProps<LineEdge>) {
  const { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, source, target, selected, data, markerEnd } = props;
  const cards = useStoreApi();
  const port = data?.port ?? "next";
  const [path, x, y] = goesBackTo(props)
    ? backPath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, aroundOf(cards.getState()))
    : isCall(port) && targetY > sourceY + 2 * DOWN
      ? getSmoothStepPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, borderRadius: 8, centerY: sourceY + DOWN })
      : getBezierPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition });
  const messages = useRun(({ run }) => (run ? (run.messages.get(`${source} ${target}`) ?? 0) : null));
  const colour = selected
    ? "var(--accent)"
    : port === "error"
      ? "var(--failed)"
      : messages
        ? "var(--success)"
        : messages === 0
          ? "var(--line)"
          : "color-mix(in srgb, var(--text-3) 70%, var(--bg))";
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

/** From a port on the right to one on the left, which is further left. */
function goesBackTo({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition }: EdgeProps<LineEdge>): boolean {
  const isAcross = sourcePosition === Position.Right && targetPosition === Position.Left;
  return isAcross && goesBack({ x: sourceX, y: sourceY }, { x: targetX, y: targetY });
}

function aroundOf({ nodeLookup, edges }: Pick<ReactFlowState, "nodeLookup" | "edges">): Around {
  const boxes = new Map<string, Around["boxes"][number]>();
  for (const { id, internals, measured, width = 0, height = 0 } of nodeLookup.values()) {
    if (!isNote(id)) boxes.set(id, { ...internals.positionAbsolute, width: measured.width ?? width, height: measured.height ?? height });
  }
  const middle = (id: string) => (boxes.get(id)?.y ?? 0) + (boxes.get(id)?.height ?? 0) / 2;
  return { boxes: [...boxes.values()], lines: edges.map((edge) => ({ from: middle(edge.source), to: middle(edge.target) })) };
}
