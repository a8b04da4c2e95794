import fc from "fast-check";
import { expect, it } from "vitest";
import type { Edges, Size } from "./columns";
import { quickMiddles } from "./quick";

const GAP = { columns: 64, rows: 36 };

const names = (count: number) => Array.from({ length: count }, (_, place) => `l${place}`);
const cards = (ids: string[]) => new Map(ids.map((id): [string, Size] => [id, { width: 232, height: 72, reach: 232, row: 72 }]));

it("goes from left to right, and back only where a line closes a circle", () => {
  const ids = names(4);
  const edges: Edges = new Map([["l0", ["l1", "l3"]], ["l1", ["l2"]], ["l2", ["l3", "l1"]]]);
  const xs = ids.map((id) => quickMiddles(cards(ids), edges, GAP).get(id)?.x ?? Number.NaN);
  expect(xs).toEqual([116, 412, 708, 1_004]);
});

it("keeps ways that run side by side in lines of their own, and what follows a fork in its middle", () => {
  const ids = ["start", "a1", "b1", "a2", "b2", "end"];
  const edges: Edges = new Map([["start", ["a1", "b1"]], ["a1", ["a2"]], ["b1", ["b2"]], ["a2", ["end"]], ["b2", ["end"]]]);
  const places = quickMiddles(cards(ids), edges, GAP);
  const y = (id: string) => places.get(id)?.y ?? Number.NaN;
  expect([y("a1"), y("b1")]).toEqual([-54, 54]);
  expect([y("a2"), y("b2")]).toEqual([y("a1"), y("b1")]);
  expect(y("end")).toBe(y("start"));
});

it("a row of ten thousand has ten thousand columns", () => {
  const ids = names(10_000);
  const edges: Edges = new Map(ids.slice(1).map((id, place) => [`l${place}`, [id]]));
  expect(quickMiddles(cards(ids), edges, GAP).get("l9999")?.x).toBe(116 + 9_999 * 296);
});

it("whatever leads wherever, every card has a place of its own", () => {
  const flow = fc.integer({ min: 1, max: 40 }).chain((count) => {
    const name = fc.nat({ max: count - 1 }).map((place) => `l${place}`);
    const edge = fc.tuple(name, name);
    const size = fc.record({ width: fc.integer({ min: 132, max: 900 }), row: fc.integer({ min: 64, max: 400 }), below: fc.nat({ max: 500 }) });
    return fc.tuple(fc.array(edge, { maxLength: 3 * count }), fc.array(size, { minLength: count, maxLength: count }));
  });
  fc.assert(
    fc.property(flow, ([pairs, found]) => {
      const sizes = new Map(found.map(({ width, row, below }, place): [string, Size] => [`l${place}`, { width, row, height: row + below, reach: width }]));
      const edges: Edges = new Map();
      for (const [from, to] of pairs) edges.set(from, [...(edges.get(from) ?? []), to]);
      const places = quickMiddles(sizes, edges, GAP);
      const boxes = [...sizes].map(([id, { width, height, row }]) => {
        const { x, y } = places.get(id) ?? { x: Number.NaN, y: Number.NaN };
        return { left: x - width / 2, right: x + width / 2, top: y - row / 2, bottom: y - row / 2 + height };
      });
      for (const [place, one] of boxes.entries()) {
        for (const other of boxes.slice(place + 1)) {
          expect(one.right <= other.left || other.right <= one.left || one.bottom <= other.top + 0.001 || other.bottom <= one.top + 0.001).toBe(true);
        }
      }
    }),
  );
});
