import type { Point } from "./layout";

/** A node where it stands, with its size. */
export interface Placed extends Point {
  id: string;
  width: number;
  height: number;
}

export type Alignment = "left" | "middle" | "top" | "across" | "down";

/** Puts nodes in a line, or the same distance apart; nodes that stay are not in the answer. */
export function align(nodes: Placed[], how: Alignment): Map<string, Point> {
  const moved = how === "across" || how === "down" ? spread(nodes, how === "across" ? ["x", "width"] : ["y", "height"]) : inLine(nodes, how);
  return new Map(moved.flatMap(({ id, x, y }) => (nodes.some((one) => one.id === id && one.x === x && one.y === y) ? [] : [[id, { x, y }] as const])));
}

function inLine(nodes: Placed[], how: "left" | "middle" | "top"): Placed[] {
  const left = Math.min(...nodes.map((node) => node.x));
  const top = Math.min(...nodes.map((node) => node.y));
  const bottom = Math.max(...nodes.map((node) => node.y + node.height));
  return nodes.map((node) => {
    if (how === "left") return { ...node, x: left };
    return { ...node, y: how === "top" ? top : Math.round((top + bottom - node.height) / 2) };
  });
}

/** The outer two stay, and between all is the same room. */
function spread(nodes: Placed[], [start, size]: ["x", "width"] | ["y", "height"]): Placed[] {
  const sorted = nodes.toSorted((one, other) => one[start] - other[start]);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || sorted.length < 3) return nodes;
  const taken = sorted.reduce((sum, node) => sum + node[size], 0);
  const gap = (last[start] + last[size] - first[start] - taken) / (sorted.length - 1);
  let next = first[start];
  return sorted.map((node) => {
    const placed = { ...node, [start]: Math.round(next) };
    next += node[size] + gap;
    return placed;
  });
}
