import type { Point } from "@/model/layout";
import type { Box } from "./first-view";
import { AIR, OFFSET, rounded } from "./polyline";

/** What else is on the canvas. */
export interface Around {
  boxes: Box[];
  /** The heights between which the other lines go. */
  lines: { from: number; to: number }[];
}

/** So many ways are tried: among hundreds of cards a line must still be found at once. */
const MOST_SIDES = 8;
const MOST_HEIGHTS = 4;
/** Nearer than this a line seems to belong to a card's side, in pixels. */
const NEAR = 8;

/** Whether a line has to go back to reach its end. */
export const goesBack = (source: Point, target: Point): boolean => target.x < source.x + 8;

/** A line that goes back: out to the right, along where nothing stands, and in from the left. */
export function backPath(source: Point, target: Point, around: Around): [path: string, x: number, y: number] {
  const y = corridor(source, target, around);
  const out = aside(source, y, around.boxes, 1);
  const back = aside(target, y, around.boxes, -1);
  const middle = ((out.at(-1)?.x ?? source.x) + (back.at(-1)?.x ?? target.x)) / 2;
  return [rounded([source, ...out, ...back.toReversed(), target]), middle, y];
}

/** The way from an end, at its right or with -1 at its left, up or down to a height, with no card in it where that can be. */
function aside(end: Point, y: number, all: Box[], side: 1 | -1): Point[] {
  const near = end.x + side * OFFSET;
  const [top, bottom] = [Math.min(end.y, y) - NEAR, Math.max(end.y, y) + NEAR];
  const boxes = all.filter((box) => box.y < bottom && box.y + box.height > top);
  const edges = boxes.map((box) => (side === 1 ? box.x + box.width + AIR : box.x - AIR)).filter((x) => (x - end.x) * side >= AIR);
  const between = boxes.flatMap((box) => [box.y - AIR, box.y + box.height + AIR]).filter((at) => (at - end.y) * (at - y) < 0);
  const heights = nearest(between, end.y, MOST_HEIGHTS);
  const isFree = (from: Point, to: Point) => !boxes.some((box) => isOver(box, from, to));
  for (const x of [near, ...nearest(edges, end.x, MOST_SIDES)]) {
    if (!isFree({ x, y: end.y }, { x, y })) continue;
    if (isFree({ x: near, y: end.y }, { x, y: end.y })) return [{ x, y: end.y }, { x, y }];
    // A card stands before it: first to where the way is free.
    const first = heights.find((at) => isFree({ x: near, y: end.y }, { x: near, y: at }) && isFree({ x: near, y: at }, { x, y: at }) && isFree({ x, y: at }, { x, y }));
    if (first !== undefined) return [{ x: near, y: end.y }, { x: near, y: first }, { x, y: first }, { x, y }];
  }
  return [{ x: near, y: end.y }, { x: near, y }];
}

const nearest = (all: number[], to: number, most: number): number[] => [...new Set(all)].toSorted((one, other) => Math.abs(one - to) - Math.abs(other - to)).slice(0, most);

/** Whether a straight piece of a line goes over a box, or so near along it that it seems to. */
function isOver(box: Box, from: Point, to: Point): boolean {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  return right > box.x - NEAR && left < box.x + box.width + NEAR && bottom > box.y - NEAR && top < box.y + box.height + NEAR;
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
