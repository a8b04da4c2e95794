import { graphlib, layout as dagre } from "@dagrejs/dagre";
import { type Link, TRIGGER } from "./graph";
import { isCall } from "./listeners";

export interface Point {
  x: number;
  y: number;
}

/** The size of a card, in pixels at zoom 1; a branch grows with its cases. */
export const CARD = { width: 232, height: 72, port: 26, trigger: 132 } as const;
const GAP = { columns: 64, rows: 36, peers: 28, below: 64 } as const;

/** From here on a place at once is worth more than the fewest crossings: of 500 nodes it takes a third of the time. */
const LARGE = 150;

interface Box {
  width: number;
  height: number;
  /** Where the nodes of the box stand, from its upper left corner. */
  places: Map<string, Point>;
}

/**
 * Where nodes stand when nobody has put them anywhere: left to right along `next`, an agent's peers below it.
 *
 * The same input gives the same output.
 */
export function layout(ids: string[], links: Link[], sizeOf: (id: string) => { width: number; height: number }): Map<string, Point> {
  const forward = new Map<string, string[]>();
  const peers = new Map<string, string[]>();
  for (const { from, port, to } of links) append(isCall(port) ? peers : forward, from, to);
  const main = reach(ids.includes(TRIGGER) ? [TRIGGER] : [], forward);
  const taken = new Set(main);
  // What nothing leads to, but for calls, stands with its caller; what nothing leads to at all begins a row of its own.
  const called = new Set([...peers.values()].flat());
  const pointedAt = new Set([...forward.values()].flat());
  for (const id of ids) {
    if (!taken.has(id) && !called.has(id) && !pointedAt.has(id)) for (const one of reach([id], forward)) take(one, main, taken);
  }
  const boxes = new Map<string, Box>();
  for (const id of main) boxes.set(id, boxOf(id, { forward, peers, taken, sizeOf }));
  for (const id of ids) {
    if (taken.has(id)) continue;
    take(id, main, taken);
    boxes.set(id, boxOf(id, { forward, peers, taken, sizeOf }));
  }
  return place(main, forward, boxes, sizeOf);
}

interface World {
  forward: Map<string, string[]>;
  peers: Map<string, string[]>;
  taken: Set<string>;
  sizeOf(id: string): { width: number; height: number };
}

/** A node with its peers, and what stands behind those, in a row below it. */
function boxOf(id: string, world: World): Box {
  const own = world.sizeOf(id);
  const places = new Map<string, Point>([[id, { x: 0, y: 0 }]]);
  let x = 0;
  let height = own.height;
  for (const peer of world.peers.get(id) ?? []) {
    if (world.taken.has(peer)) continue;
    const chain = reach([peer], world.forward).filter((one) => !world.taken.has(one));
    for (const one of chain) world.taken.add(one);
    for (const one of chain) {
      const box = boxOf(one, world);
      for (const [name, at] of box.places) places.set(name, { x: x + at.x, y: own.height + GAP.below + at.y });
      x += box.width + (one === chain.at(-1) ? GAP.peers : GAP.columns);
      height = Math.max(height, own.height + GAP.below + box.height);
    }
  }
  return { width: Math.max(own.width, x - GAP.peers), height, places };
}

function place(main: string[], forward: Map<string, string[]>, boxes: Map<string, Box>, sizeOf: World["sizeOf"]): Map<string, Point> {
  const graph = new graphlib.Graph();
  const isLarge = main.length > LARGE;
  graph.setGraph({ rankdir: "LR", nodesep: GAP.rows, ranksep: GAP.columns, ...(isLarge ? { ranker: "longest-path" } : {}) });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of main) {
    const box = boxes.get(id);
    if (!box) continue;
    // As much air above as the peers take below: the cards of a row stay in one line.
    graph.setNode(id, { width: box.width, height: 2 * box.height - sizeOf(id).height });
  }
  for (const [from, targets] of forward) for (const to of targets) if (boxes.has(from) && boxes.has(to)) graph.setEdge(from, to);
  dagre(graph, { disableOptimalOrderHeuristic: isLarge });
  const places = new Map<string, Point>();
  for (const id of main) {
    const box = boxes.get(id);
    const middle = graph.node(id) as Point | undefined;
    if (!box || !middle) continue;
    const corner = { x: middle.x - box.width / 2, y: middle.y - sizeOf(id).height / 2 };
    for (const [name, at] of box.places) places.set(name, { x: snap(corner.x + at.x), y: snap(corner.y + at.y) });
  }
  return places;
}

/** A place for a node that has none, while the others stay: right of whoever leads to it, below whatever is there. */
export function placeBeside(id: string, links: Link[], known: Map<string, Point>): Point {
  const caller = links.find((link) => link.to === id && known.has(link.from));
  const from = caller && known.get(caller.from);
  const isPeer = caller !== undefined && isCall(caller.port);
  const all = [...known.values()];
  const fallback = { x: Math.max(0, ...all.map((at) => at.x + CARD.width + GAP.columns)), y: Math.min(0, ...all.map((at) => at.y)) };
  const spot = from
    ? { x: from.x + (isPeer ? 0 : CARD.width + GAP.columns), y: from.y + (isPeer ? CARD.height + GAP.below : 0) }
    : fallback;
  const isFree = (at: Point) => all.every((one) => Math.abs(one.x - at.x) >= CARD.width + 12 || Math.abs(one.y - at.y) >= CARD.height + 20);
  while (!isFree(spot)) spot.y += CARD.height + GAP.rows;
  return { x: snap(spot.x), y: snap(spot.y) };
}

const snap = (value: number) => Math.round(value / 4) * 4;

function reach(start: string[], forward: Map<string, string[]>): string[] {
  const seen = new Set(start);
  for (const id of seen) for (const to of forward.get(id) ?? []) seen.add(to);
  return [...seen];
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function take(id: string, main: string[], taken: Set<string>): void {
  if (taken.has(id)) return;
  taken.add(id);
  main.push(id);
}
