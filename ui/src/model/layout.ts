import { bands } from "./bands";
import { inColumns, LARGE } from "./columns";
import { type Link, TRIGGER } from "./graph";
import { isCall } from "./listeners";

export interface Point {
  x: number;
  y: number;
}

/** The size of a card, in pixels at zoom 1; a branch grows with its cases. */
export const CARD = { width: 232, height: 72, port: 26, trigger: 132 } as const;
const GAP = { columns: 64, rows: 36, peers: 28, below: 64, bands: 64 } as const;

/** So many peers of an agent stand beside each other before there is a second row. */
const MOST_ABREAST = 3;

/** From one column of cards to the next. */
export const COLUMN = CARD.width + GAP.columns;

export interface CardSize {
  width: number;
  height: number;
  /** How much of the height, from above, has its middle in line with the cards beside it. */
  row: number;
}

interface Box {
  width: number;
  height: number;
  /** Where the nodes of the box stand, from its upper left corner. */
  places: Map<string, Point>;
}

/**
 * Where nodes stand when nobody has put them anywhere: left to right along `next`, an agent's peers below it; what would be
 * too long a row to be seen as a whole goes on in the next, like a text.
 *
 * The same input gives the same output.
 */
export function layout(ids: string[], links: Link[], sizeOf: (id: string) => CardSize): Map<string, Point> {
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
  sizeOf(id: string): CardSize;
}

/** A node with its peers, and what stands behind those, in a row below it. */
function boxOf(id: string, world: World): Box {
  const own = world.sizeOf(id);
  const free = (world.peers.get(id) ?? []).filter((peer) => !world.taken.has(peer));
  if (free.length > MOST_ABREAST && free.every((peer) => isAlone(peer, world))) return inTwoRows(id, free, world);
  const places = new Map<string, Point>([[id, { x: 0, y: 0 }]]);
  let x = 0;
  let height = own.height;
  for (const peer of free) {
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

/** Whether nothing stands behind or below a peer that would need room. */
function isAlone(peer: string, { forward, peers, taken }: World): boolean {
  return [...(forward.get(peer) ?? []), ...(peers.get(peer) ?? [])].every((one) => one === peer || taken.has(one));
}

/** Many tools: the second row stands below the gaps of the first, so that lines reach it between the cards. */
function inTwoRows(id: string, peers: string[], { taken, sizeOf }: World): Box {
  const own = sizeOf(id);
  const pitch = CARD.width + GAP.peers;
  const abreast = Math.ceil(peers.length / 2);
  const second = own.height + GAP.below + Math.max(...peers.slice(0, abreast).map((peer) => sizeOf(peer).height)) + GAP.rows;
  const places = new Map<string, Point>([[id, { x: 0, y: 0 }]]);
  for (const [place, peer] of peers.entries()) {
    taken.add(peer);
    const isFirst = place < abreast;
    places.set(peer, isFirst ? { x: place * pitch, y: own.height + GAP.below } : { x: (place - abreast + 0.5) * pitch, y: second });
  }
  const height = second + Math.max(...peers.slice(abreast).map((peer) => sizeOf(peer).height));
  return { width: Math.max(own.width, (abreast + (peers.length % 2 === 0 ? 0.5 : 0)) * pitch - GAP.peers), height, places };
}

/**
 * What hangs below a card reaches under the cards that follow, as long as nothing stands there; where something does, the
 * card's column is as wide as what hangs below it.
 */
function place(main: string[], forward: Map<string, string[]>, boxes: Map<string, Box>, sizeOf: World["sizeOf"]): Map<string, Point> {
  const wide = new Set(main.length > LARGE ? boxes.keys() : []);
  for (;;) {
    const places = inBands(main, forward, boxes, { sizeOf, wide });
    const covering = [...boxes].filter(([id, box]) => box.places.size > 1 && !wide.has(id) && isCovering(id, box, places, sizeOf));
    if (covering.length === 0) return places;
    for (const [id] of covering) wide.add(id);
  }
}

/** Whether what hangs below a card comes too near to what does not. */
function isCovering(id: string, box: Box, places: Map<string, Point>, sizeOf: World["sizeOf"]): boolean {
  const others = [...places].filter(([name]) => !box.places.has(name));
  return [...box.places.keys()].some((own) => own !== id && others.some(([name, at]) => isNear(own, places.get(own) ?? at, name, at)));

  function isNear(one: string, oneAt: Point, other: string, otherAt: Point): boolean {
    const apart = (a: number, aSize: number, b: number, bSize: number) => Math.max(b - (a + aSize), a - (b + bSize));
    const [size, otherSize] = [sizeOf(one), sizeOf(other)];
    return apart(oneAt.x, size.width, otherAt.x, otherSize.width) < GAP.peers && apart(oneAt.y, size.height, otherAt.y, otherSize.height) < GAP.rows;
  }
}

interface Shapes {
  sizeOf: World["sizeOf"];
  /** Whose column is as wide as what hangs below. */
  wide: Set<string>;
}

function inBands(main: string[], forward: Map<string, string[]>, boxes: Map<string, Box>, { sizeOf, wide }: Shapes): Map<string, Point> {
  const shapeOf = (id: string) => {
    const own = sizeOf(id);
    const { width, height } = boxes.get(id) ?? own;
    return { width: wide.has(id) ? width : own.width, height, reach: width, row: own.row };
  };
  const order = (ids: string[]) => inColumns(ids, forward, shapeOf, GAP);
  const whole = order(main);
  const starts = main.length > LARGE ? [0] : bands(whole.columns, whole.lines, GAP);
  const places = new Map<string, Point>();
  let top = 0;
  for (const [place, start] of starts.entries()) {
    const ids = whole.columns.slice(start, starts[place + 1]).flatMap((column) => column.ids);
    const band = withPeers(starts.length === 1 ? whole.corners : order(ids).corners, boxes);
    const all = [...band.values()];
    const left = Math.min(...all.map((at) => at.x));
    const above = Math.min(...all.map((at) => at.y));
    // The trigger is narrower than a card: it stands above the right half of the one below.
    const indent = starts.length > 1 && ids[0] === TRIGGER ? CARD.width - CARD.trigger : 0;
    for (const [id, at] of band) places.set(id, { x: snap(at.x - left + indent), y: snap(at.y - above + top) });
    top += GAP.bands + Math.max(...[...band].map(([id, at]) => at.y - above + sizeOf(id).height));
  }
  return places;
}

/** The corners of a band's nodes, and those of what stands below them. */
function withPeers(corners: Map<string, Point>, boxes: Map<string, Box>): Map<string, Point> {
  const all = new Map<string, Point>();
  for (const [id, corner] of corners) {
    for (const [name, at] of boxes.get(id)?.places ?? []) all.set(name, { x: corner.x + at.x, y: corner.y + at.y });
  }
  return all;
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
