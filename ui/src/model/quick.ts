import type { Edges, Gap, Size } from "./columns";
import type { Point } from "./layout";

/**
 * The middles of many cards, in columns by the longest way to each, as near to those that lead there as there is room.
 *
 * It takes milliseconds for thousands of cards, where the layout with the fewest crossings takes seconds.
 */
export function quickMiddles(sizes: Map<string, Size>, edges: Edges, gap: Gap): Map<string, Point> {
  const { ranks, before } = ranked([...sizes.keys()], edges);
  const middles = new Map<string, Point>();
  let left = 0;
  for (const ids of inRanks(ranks)) {
    const width = Math.max(...ids.map((id) => sizes.get(id)?.width ?? 0));
    const wanted = ids.map((id) => ({ id, y: mean((before.get(id) ?? []).flatMap((from) => middles.get(from)?.y ?? [])) }));
    for (const { id, y } of apart(wanted, sizes, gap.rows)) middles.set(id, { x: left + width / 2, y });
    left += width + gap.columns;
  }
  return middles;
}

interface Ranked {
  /** How many steps the longest way to a node has; lines that lead back are none. */
  ranks: Map<string, number>;
  /** Who leads to a node. */
  before: Map<string, string[]>;
}

function ranked(ids: string[], edges: Edges): Ranked {
  const ranks = new Map(ids.map((id) => [id, 0]));
  const before = new Map<string, string[]>();
  for (const { id, back } of fromTheStart(ids, edges)) {
    for (const to of edges.get(id) ?? []) {
      const rank = ranks.get(to);
      if (rank === undefined || back.has(to)) continue;
      ranks.set(to, Math.max(rank, (ranks.get(id) ?? 0) + 1));
      before.set(to, [...(before.get(to) ?? []), id]);
    }
  }
  return { ranks, before };
}

interface Visit {
  id: string;
  /** Where it leads back to. */
  back: Set<string>;
}

/** Each node after all that lead to it, but for those that lead back. Without recursion: a flow may be a row of thousands. */
function fromTheStart(ids: string[], edges: Edges): Visit[] {
  const left: Visit[] = [];
  const state = new Map<string, "open" | "left">();
  for (const start of ids) {
    if (state.has(start)) continue;
    const way = [visit(start)];
    for (let at = way.at(-1); at; at = way.at(-1)) {
      state.set(at.id, "open");
      const to = (edges.get(at.id) ?? [])[at.next];
      at.next += 1;
      if (to === undefined) {
        state.set(at.id, "left");
        left.push(at);
        way.pop();
      } else if (state.get(to) === "open") at.back.add(to);
      else if (!state.has(to)) way.push(visit(to));
    }
  }
  return left.toReversed();
}

const visit = (id: string) => ({ id, back: new Set<string>(), next: 0 });

function inRanks(ranks: Map<string, number>): string[][] {
  const columns: string[][] = [];
  for (const [id, rank] of ranks) (columns[rank] ??= []).push(id);
  return columns;
}

/** Cards of a column in the order of their wanted heights, so far apart that none covers another, on the whole where they wanted to be. */
function apart(wanted: { id: string; y: number }[], sizes: Map<string, Size>, gap: number): { id: string; y: number }[] {
  let free = Number.NEGATIVE_INFINITY;
  const placed = wanted
    .toSorted((one, other) => one.y - other.y)
    .map(({ id, y }) => {
      const { row = 0, height = 0 } = sizes.get(id) ?? {};
      const at = Math.max(y, free + row / 2);
      free = at - row / 2 + height + gap;
      return { id, y: at };
    });
  const shift = mean(wanted.map(({ y }) => y)) - mean(placed.map(({ y }) => y));
  return placed.map(({ id, y }) => ({ id, y: y + shift }));
}

const mean = (values: number[]): number => (values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length);
