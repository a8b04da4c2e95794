import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath, Position, type ReactFlowState, useStoreApi } from "@xyflow/react";
import { memo } from "react";
import type { FitLevel } from "@/api/types";
import { CARD } from "@/model/layout";
import { isCall, type Port } from "@/model/listeners";
import { useRun } from "@/runs/run-store";
import { isNote } from "../notes";
import { forwardPath } from "./around-cards";
import { type Around, backPath, goesBack } from "./back-line";
import type { Box } from "./first-view";

export type LineEdge = Edge<{ port: Port; fit: FitLevel | null }, "line">;

/** What stands between the ends of a line that are nearer than the narrowest card is wide. */
const NONE: Box[] = [];
/** How far below its socket the lines to tools part, in pixels. */
const DOWN = 24;

/** An edge: solid for `next`, dashed for `peers`, red for where a failure goes; how many messages went along it. */
export const Line = memo(function Line(props: EdgeProps<LineEdge>) {
  const { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, source, target, selected, data, markerEnd } = props;
  const cards = useStoreApi();
  const port = data?.port ?? "next";
  const isAcross = sourcePosition === Position.Right && targetPosition === Position.Left;
  const [from, to] = [{ x: sourceX, y: sourceY }, { x: targetX, y: targetY }];
  const [path, x, y] = isAcross
    ? goesBack(from, to)
      ? backPath(from, to, aroundOf(cards.getState()))
      : forwardPath(from, to, to.x - from.x > CARD.trigger ? boxesOf(cards.getState()) : NONE)
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
        className={messages === 0 ? "is-unwalked" : undefined}
        markerEnd={port === "peers" ? undefined : markerEnd}
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

function boxesOf({ nodeLookup }: Pick<ReactFlowState, "nodeLookup">): Box[] {
  return [...nodeLookup.values()].flatMap(({ id, internals, measured, width = 0, height = 0 }) =>
    isNote(id) ? [] : [{ ...internals.positionAbsolute, width: measured.width ?? width, height: measured.height ?? height }],
  );
}

function aroundOf({ nodeLookup, edges }: Pick<ReactFlowState, "nodeLookup" | "edges">): Around {
  const middle = (id: string) => {
    const node = nodeLookup.get(id);
    return node ? node.internals.positionAbsolute.y + (node.measured.height ?? node.height ?? 0) / 2 : 0;
  };
  return { boxes: boxesOf({ nodeLookup }), lines: edges.map((edge) => ({ from: middle(edge.source), to: middle(edge.target) })) };
}
