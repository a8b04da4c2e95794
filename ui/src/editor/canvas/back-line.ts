import { getSmoothStepPath, Position } from "@xyflow/react";
import type { Point } from "@/model/layout";

interface Box extends Point {
  width: number;
  height: number;
}

/** What else is on the canvas. */
export interface Around {
  boxes: Box[];
  /** The heights between which the other lines go. */
  lines: { from: number; to: number }[];
}

/** How far a line keeps away from cards, in pixels. */
const AIR = 14;
/** How far it goes on before it turns. */
const OFFSET = 22;

/** Whether a line has to go back to reach its end. */
export const goesBack = (source: Point, target: Point): boolean => target.x < source.x + 8;

/** A line that goes back: out to the right, along where nothing stands, and in from the left. */
export function backPath(source: Point, target: Point, around: Around): [path: string, x: number, y: number] {
  const centerY = corridor(source, target, around);
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

/** The height at which no card stands between the two ends: where the fewest lines cross, or around both by the shorter way. */
export function corridor(source: Point, target: Point, { boxes, lines }: Around): number {
  const [left, right] = [target.x - OFFSET, source.x + OFFSET];
  const inTheWay = gapsBetween(boxes.filter((box) => box.x < right && box.x + box.width > left));
  const [above, below] = [Math.min(source.y, target.y), Math.max(source.y, target.y)];
  const isBetween = (y: number) => y > above && y < below;
  const crossed = (y: number) => lines.filter(({ from, to }) => Math.min(from, to) < y && y < Math.max(from, to)).length;
  const far = (y: number) => Math.abs(y - target.y);
  const quiet = (all: number[]) => all.filter(isBetween).toSorted((one, other) => crossed(one) - crossed(other) || far(one) - far(other))[0];
  const nearest = inTheWay.toSorted((one, other) => far(one) - far(other))[0];
  return quiet(gapsBetween(boxes)) ?? quiet(inTheWay) ?? nearest ?? (above + below) / 2;
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
