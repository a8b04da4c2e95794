import { graphlib, layout as dagre } from "@dagrejs/dagre";
import type { Point } from "./layout";
import { quickMiddles } from "./quick";

/** From here on a place at once is worth more than the fewest crossings. */
export const LARGE = 150;

/** What stands below each other, at one distance from where it begins. */
export interface Column {
  ids: string[];
  width: number;
  height: number;
  /** How far what hangs below it reaches to the right, from where the column begins. */
  reach: number;
}

export interface Size {
  width: number;
  height: number;
  /** As wide as what hangs below, where that reaches under the next columns. */
  reach: number;
  /** How much of the height, from above, has its middle in line with the others; the rest hangs below. */
  row: number;
}

interface Ordered {
  /** Where the cards stand. */
  corners: Map<string, Point>;
  columns: Column[];
  /** How many edges lead from the columns up to this one to those behind it, or back. */
  lines: number[];
}

export type Edges = Map<string, string[]>;

export interface Gap {
  columns: number;
  rows: number;
}

/** Nodes from left to right along their edges, with few crossings. */
export function inColumns(ids: string[], edges: Edges, sizeOf: (id: string) => Size, gap: Gap): Ordered {
  const sizes = new Map(ids.map((id) => [id, sizeOf(id)]));
  const ordered = (middles: Map<string, Point>) => {
    const columns = columnsOf(ids, middles, sizes);
    return { corners: cornersOf(columns, middles, sizes), columns, lines: linesBetween(columns, edges) };
  };
  if (ids.length > LARGE) return ordered(quickMiddles(sizes, edges, gap));
  // The order of the text is that of a branch's ports; another is taken where fewer lines cross then.
  const inOrder = ordered(middlesOf(sizes, edges, gap, true));
  const free = ordered(middlesOf(sizes, edges, gap, false));
  return crossings(free.corners, edges, sizes) < crossings(inOrder.corners, edges, sizes) ? free : inOrder;
}

function middlesOf(sizes: Map<string, Size>, edges: Edges, gap: Gap, inOrder: boolean): Map<string, Point> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: gap.rows, ranksep: gap.columns });
  graph.setDefaultEdgeLabel(() => ({}));
  // As much air above as the peers take below: the cards of a row stay in one line.
  for (const [id, { width, height, row }] of sizes) graph.setNode(id, { width, height: 2 * height - row });
  for (const [from, targets] of edges) for (const to of targets) if (sizes.has(from) && sizes.has(to)) graph.setEdge(from, to);
  dagre(graph, { disableOptimalOrderHeuristic: inOrder });
  return new Map([...sizes.keys()].map((id) => [id, graph.node(id) as Point]));
}

/** Cards begin where their column does, also beside one that is wide for its peers. */
function cornersOf(columns: Column[], middles: Map<string, Point>, sizes: Map<string, Size>): Map<string, Point> {
  const corners = new Map<string, Point>();
  for (const { ids, width } of columns) {
    for (const id of ids) {
      const { x, y } = middles.get(id) ?? { x: 0, y: 0 };
      corners.set(id, { x: x - width / 2, y: y - (sizes.get(id)?.row ?? 0) / 2 });
    }
  }
  return corners;
}

/** How often lines cross, each drawn from its own height of the card that it leaves. */
function crossings(corners: Map<string, Point>, edges: Edges, sizes: Map<string, Size>): number {
  const lines = [...edges].flatMap(([from, targets]) =>
    targets.flatMap((to, place) => {
      const [start, end, size] = [corners.get(from), corners.get(to), sizes.get(from)];
      return start && end && size ? [{ left: start.x, right: end.x, y: start.y + (size.row * (place + 1)) / (targets.length + 1), to: end.y }] : [];
    }),
  );
  let found = 0;
  for (const [place, one] of lines.entries()) {
    for (const other of lines.slice(place + 1)) if (one.left === other.left && one.right === other.right && (one.y - other.y) * (one.to - other.to) < 0) found += 1;
  }
  return found;
}

/** What has the same middle stands in one column. */
function columnsOf(ids: string[], middles: Map<string, Point>, sizes: Map<string, Size>): Column[] {
  const found = new Map<number, string[]>();
  for (const id of ids) {
    const { x } = middles.get(id) ?? { x: 0 };
    found.set(x, [...(found.get(x) ?? []), id]);
  }
  return [...found].toSorted(([one], [other]) => one - other).map(([, ids]) => {
    const boxes = ids.map((id) => ({ y: 0, width: 0, height: 0, row: 0, reach: 0, ...middles.get(id), ...sizes.get(id) })).map((box) => ({ ...box, top: box.y - box.row / 2 }));
    const top = Math.min(...boxes.map((box) => box.top));
    return {
      ids,
      width: Math.max(...boxes.map((box) => box.width)),
      height: Math.max(...boxes.map((box) => box.top + box.height)) - top,
      reach: Math.max(...boxes.map((box) => box.reach)),
    };
  });
}

function linesBetween(columns: Column[], edges: Map<string, string[]>): number[] {
  const place = new Map(columns.flatMap(({ ids }, index) => ids.map((id): [string, number] => [id, index])));
  const lines = columns.map(() => 0);
  for (const [from, targets] of edges) {
    for (const to of targets) {
      const [start, end] = [place.get(from), place.get(to)];
      if (start === undefined || end === undefined) continue;
      for (let at = Math.min(start, end); at < Math.max(start, end); at += 1) lines[at] = (lines[at] ?? 0) + 1;
    }
  }
  return lines;
}
