import type { ReactFlowInstance } from "@xyflow/react";
import { TRIGGER } from "@/model/graph";
import type { CanvasNode } from "./build";
import type { LineEdge } from "./line";

/** Below this a card cannot be read. */
const READABLE = 0.62;
const MARGIN_PX = 40;

/** Shows all of a flow, or, where that would be too small to read, its beginning. */
export function showFirst(flow: ReactFlowInstance<CanvasNode, LineEdge>, box: { width: number; height: number }): void {
  const nodes = flow.getNodes();
  if (nodes.length === 0 || box.width === 0) return;
  const all = flow.getNodesBounds(nodes);
  const fitting = Math.min((box.width - 2 * MARGIN_PX) / all.width, (box.height - 2 * MARGIN_PX) / all.height, 1);
  const zoom = Math.max(fitting, READABLE);
  const trigger = nodes.find((node) => node.id === TRIGGER);
  const isWhole = zoom === fitting;
  const x = isWhole ? (box.width - all.width * zoom) / 2 - all.x * zoom : MARGIN_PX - all.x * zoom;
  const middle = isWhole || !trigger ? all.y + all.height / 2 : trigger.position.y + 32;
  void flow.setViewport({ x, y: box.height / 2 - middle * zoom, zoom });
}
