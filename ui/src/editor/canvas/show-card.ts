import type { ReactFlowInstance } from "@xyflow/react";
import { boxOf, firstView, isCutOff, READABLE } from "./first-view";

/** Brings a card into sight when it is not: with the whole flow, where that can still be read. */
export function showCard(flow: ReactFlowInstance, room: { width: number; height: number }, id: string): void {
  const node = flow.getNode(id);
  const now = flow.getViewport();
  if (!node || !isCutOff([boxOf(node)], room, now)) return;
  const whole = firstView(flow.getNodes().map(boxOf), room, 0);
  if (whole.zoom >= READABLE) return void flow.setViewport({ ...whole }, { duration: 150 });
  const { x, y, width, height } = boxOf(node);
  void flow.setCenter(x + width / 2, y + height / 2, { zoom: now.zoom, duration: 150 });
}
