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
  const { left, top, width, height } = around(boxes);
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
export function isCutOff(boxes: Box[], room: { width: number; height: number }, { x, y, zoom }: Viewport): boolean {
  if (boxes.length === 0) return false;
  const { left, top, width, height } = around(boxes);
  const isInside = left * zoom + x >= 0 && top * zoom + y >= 0 && (left + width) * zoom + x <= room.width && (top + height) * zoom + y <= room.height;
  return !isInside;
}

function around(boxes: Box[]): { left: number; top: number; width: number; height: number } {
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

export const boxOf = ({ position, measured, width, height }: Node): Box => ({ ...position, width: width ?? measured?.width ?? 0, height: height ?? measured?.height ?? 64 });
