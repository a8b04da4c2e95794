import { getBezierPath, Position } from "@xyflow/react";
import type { Point } from "@/model/layout";
import type { Box } from "./first-view";
import { AIR, OFFSET, rounded } from "./polyline";

/** At so many places of a curve it is seen whether a card stands there. */
const PLACES = 16;

/** A line that goes on to the right: a curve where nothing stands in its way, or else around what does. */
export function forwardPath(source: Point, target: Point, boxes: Box[]): [path: string, x: number, y: number] {
  const inTheWay = boxes.filter((box) => box.x > source.x && box.x + box.width < target.x);
  if (!inTheWay.some((box) => isHit(box, source, target))) {
    const [path, x, y] = getBezierPath({ sourceX: source.x, sourceY: source.y, sourcePosition: Position.Right, targetX: target.x, targetY: target.y, targetPosition: Position.Left });
    return [path, x, y];
  }
  const y = freeHeight(source, target, inTheWay);
  const [left, right] = [source.x + OFFSET, target.x - OFFSET];
  return [rounded([source, { x: left, y: source.y }, { x: left, y }, { x: right, y }, { x: right, y: target.y }, target]), (left + right) / 2, y];
}

/** Whether the curve from one to the other, as it is drawn, goes over a box. */
function isHit(box: Box, source: Point, target: Point): boolean {
  if (box.y - 2 > Math.max(source.y, target.y) || box.y + box.height + 2 < Math.min(source.y, target.y)) return false;
  const bend = (target.x - source.x) / 2;
  for (let place = 1; place < PLACES; place += 1) {
    const t = place / PLACES;
    const u = 1 - t;
    const x = u ** 3 * source.x + 3 * u * u * t * (source.x + bend) + 3 * u * t * t * (target.x - bend) + t ** 3 * target.x;
    const y = u ** 3 * source.y + 3 * u * u * t * source.y + 3 * u * t * t * target.y + t ** 3 * target.y;
    if (x > box.x - 2 && x < box.x + box.width + 2 && y > box.y - 2 && y < box.y + box.height + 2) return true;
  }
  return false;
}

/** The height nearest to both ends at which none of the boxes stands. */
function freeHeight(source: Point, target: Point, boxes: Box[]): number {
  const heights = [source.y, target.y, ...boxes.flatMap((box) => [box.y - AIR, box.y + box.height + AIR])];
  const free = heights.filter((y) => boxes.every((box) => y <= box.y - AIR || y >= box.y + box.height + AIR));
  const far = (y: number) => Math.abs(y - source.y) + Math.abs(y - target.y);
  return free.toSorted((one, other) => far(one) - far(other))[0] ?? (source.y + target.y) / 2;
}
