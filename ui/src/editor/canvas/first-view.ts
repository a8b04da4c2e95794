import type { Node, Viewport } from "@xyflow/react";
import type { Point } from "@/model/layout";

export interface Box extends Point {
  width: number;
  height: number;
}

/** Below this not even the enlarged names can be made out: then the beginning is shown instead of everything. */
const LEAST_ZOOM = 0.2;
/** What a card is read at. */
export const READABLE = 0.6;
/** Air around the flow, in pixels; below stand the controls and the map. */
const MARGIN = { side: 32, top: 40, bottom: 64 } as const;

/**
 * Where the canvas opens: on all of the flow and never larger than life, or, where that would be too small, on its beginning.
 *
 * It is computed from what is known before anything is drawn, so that nothing moves once it is.
 */
export function firstView(boxes: Box[], room: { width: number; height: number }, least: number = LEAST_ZOOM): Viewport {
  const [first] = boxes;
  if (!first || room.width === 0 || room.height === 0) return { x: room.width / 4, y: room.height / 3, zoom: 1 };
  const { x: left, y: top, width, height } = around(boxes);
  const inner = { width: room.width - 2 * MARGIN.side, height: room.height - MARGIN.top - MARGIN.bottom };
  const fitting = Math.min(inner.width / width, inner.height / height, 1);
  const middle = MARGIN.top + inner.height / 2;
  if (fitting >= least) {
    return { x: (room.width - width * fitting) / 2 - left * fitting, y: middle - (top + height / 2) * fitting, zoom: fitting };
  }
  return { x: MARGIN.side - first.x * READABLE, y: middle - (first.y + first.height / 2) * READABLE, zoom: READABLE };
}

/** Whether two views show the same, to the pixel. */
export const isSameView = (one: Viewport, other: Viewport): boolean => Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1 && Math.abs(one.zoom - other.zoom) < 0.001;

/** Whether some of it is outside of what is seen. */
export function isCutOff(boxes: Box[], room: { width: number; height: number }, view: Viewport): boolean {
  if (boxes.length === 0) return false;
  const { left, top, right, bottom } = onScreen(boxes, view);
  return left < 0 || top < 0 || right > room.width || bottom > room.height;
}

/** Whether nothing of it is seen. */
export function isOutside(boxes: Box[], room: { width: number; height: number }, view: Viewport): boolean {
  const { left, top, right, bottom } = onScreen(boxes, view);
  return right <= 0 || bottom <= 0 || left >= room.width || top >= room.height;
}

function onScreen(boxes: Box[], { x, y, zoom }: Viewport): { left: number; top: number; right: number; bottom: number } {
  const box = around(boxes);
  const [left, top] = [box.x * zoom + x, box.y * zoom + y];
  return { left, top, right: left + box.width * zoom, bottom: top + box.height * zoom };
}

/** The box around boxes. */
export function around(boxes: Box[]): Box {
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export const boxOf = ({ position, measured, width, height }: Node): Box => ({ ...position, width: width ?? measured?.width ?? 0, height: height ?? measured?.height ?? 64 });
