import type { Point } from "@/model/layout";

/** How far a line keeps away from cards, in pixels. */
export const AIR = 14;
/** How far it goes on before it turns, and how round it does. */
export const OFFSET = 22;
const ROUND = 10;

/** A line through points that are above or beside each other, with round corners. */
export function rounded(points: Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return "";
  let at = first;
  const corners = rest.map((corner, place) => {
    const next = rest[place + 1] ?? last;
    const round = Math.min(ROUND, length(at, corner) / 2, length(corner, next) / 2);
    const [from, to] = [towards(corner, at, round), towards(corner, next, round)];
    at = corner;
    return `L${from.x},${from.y}Q${corner.x},${corner.y} ${to.x},${to.y}`;
  });
  return `M${first.x},${first.y}${corners.join("")}L${last.x},${last.y}`;
}

const length = (one: Point, other: Point): number => Math.abs(one.x - other.x) + Math.abs(one.y - other.y);

function towards(from: Point, to: Point, by: number): Point {
  const all = length(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / all, y: from.y + ((to.y - from.y) * by) / all };
}
