import { getSmoothStepPath, Position } from "@xyflow/react";
import type { Point } from "@/model/layout";

interface Box extends Point {
  width: number;
  height: number;
}

/** How far a line keeps away from cards, in pixels. */
const AIR = 14;
/** How far it goes on before it turns. */
const OFFSET = 22;

/** Whether a line has to go back to reach its end. */
export const goesBack = (source: Point, target: Point): boolean => target.x < source.x + 8;

/** A line that goes back: out to the right, along where nothing stands, and in from the left. */
export function backPath(source: Point, target: Point, boxes: Box[]): [path: string, x: number, y: number] {
  const centerY = corridor(source, target, boxes);
  const [path, x, y] = getSmoothStepPath({
    sourceX: source.x,
    sourceY: source.y,
    sourcePosition: Position.Right,
    targetX: target.x,
    targetY: target.y,
    targetPosition: Position.Left,
    borderRadius: 10,
    offset: OFFSET,
    centerY,
  });
  return [path, x, y];
}

/** The height at which nothing stands between the two ends, the nearest to where the line comes from. */
export function corridor(source: Point, target: Point, boxes: Box[]): number {
  const [left, right] = [target.x - OFFSET, source.x + OFFSET];
  const inTheWay = gapsBetween(boxes.filter((box) => box.x < right && box.x + box.width > left));
  const [above, below] = [Math.min(source.y, target.y), Math.max(source.y, target.y)];
  const isBetween = (y: number) => y > above && y < below;
  const nearest = (all: number[]) => all.toSorted((one, other) => Math.abs(one - source.y) - Math.abs(other - source.y))[0];
  // Between the two bands of cards; else between the two ends; else around both.
  return nearest(gapsBetween(boxes).filter(isBetween)) ?? nearest(inTheWay.filter(isBetween)) ?? nearest(inTheWay) ?? (above + below) / 2;
}

/** Heights above, between and below boxes, each in the middle of its gap. */
function gapsBetween(boxes: Box[]): number[] {
  const sorted = boxes.toSorted((one, other) => one.y - other.y);
  const [first] = sorted;
  if (!first) return [];
  const found = [first.y - AIR];
  let bottom = first.y + first.height;
  for (const box of sorted) {
    if (box.y - bottom >= 2 * AIR) found.push((bottom + box.y) / 2);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return [...found, bottom + AIR];
}
