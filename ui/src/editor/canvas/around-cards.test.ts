import fc from "fast-check";
import { expect, it } from "vitest";
import { forwardPath } from "./around-cards";

const card = (x: number, y: number) => ({ x, y, width: 232, height: 64 });

/** The corners of a path that has only straight pieces between them. */
const points = (path: string) => [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

it("is a curve where nothing stands in its way", () => {
  const [path] = forwardPath({ x: 0, y: 0 }, { x: 600, y: 200 }, [card(200, 300)]);
  expect(path).toContain("C");
});

it("goes around a card that stands in its way, by the shorter way", () => {
  const [path, , y] = forwardPath({ x: 0, y: 100 }, { x: 600, y: 100 }, [card(184, 80)]);
  expect(path).not.toContain("C");
  expect(y).toBe(66);
});

it("crosses no card between its ends, where there is a way at all", () => {
  const between = fc.array(fc.record({ x: fc.integer({ min: 60, max: 900 }), y: fc.integer({ min: -600, max: 600 }) }), { maxLength: 12 });
  fc.assert(
    fc.property(between, fc.integer({ min: -400, max: 400 }), (places, height) => {
      const boxes = places.map(({ x, y }) => card(x, y));
      const [path] = forwardPath({ x: 0, y: 0 }, { x: 1_200, y: height }, boxes);
      if (path.includes("C")) return;
      const along = points(path);
      for (const [place, to] of along.entries()) {
        const from = along[place - 1] ?? to;
        for (const box of boxes) {
          const isOver = Math.max(from.x, to.x) > box.x && Math.min(from.x, to.x) < box.x + box.width && Math.max(from.y, to.y) > box.y && Math.min(from.y, to.y) < box.y + box.height;
          expect(isOver, `${JSON.stringify(box)} ${path}`).toBe(false);
        }
      }
    }),
  );
});
