import fc from "fast-check";
import { expect, it } from "vitest";
import { firstView, isCutOff, isOutside } from "./first-view";

const ROOM = { width: 1_000, height: 700 };
const box = (x: number, y: number) => ({ x, y, width: 232, height: 64 });

it("shows all of a flow that can be read, and nothing larger than life", () => {
  const boxes = fc.array(fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -600, max: 600 }) }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(boxes, (points) => {
      const { x, y, zoom } = firstView(points.map((at) => box(at.x, at.y)), ROOM);
      expect(zoom).toBeLessThanOrEqual(1);
      for (const at of points) {
        expect(at.x * zoom + x).toBeGreaterThanOrEqual(0);
        expect(at.y * zoom + y).toBeGreaterThanOrEqual(0);
        expect((at.x + 232) * zoom + x).toBeLessThanOrEqual(ROOM.width);
        expect((at.y + 64) * zoom + y).toBeLessThanOrEqual(ROOM.height);
      }
    }),
  );
});

it("shows the beginning of a flow that is too large to be read as a whole", () => {
  const view = firstView([box(0, 0), box(90_000, 0)], ROOM);
  expect(view.zoom).toBeGreaterThan(0.5);
  expect(view.x).toBeGreaterThan(0);
});

it("knows when something is out of sight", () => {
  const boxes = [box(0, 0), box(2_000, 0)];
  const view = firstView(boxes, ROOM);
  expect(isCutOff(boxes, ROOM, view)).toBe(false);
  expect(isCutOff(boxes, ROOM, { ...view, x: view.x - 100 })).toBe(true);
  expect(isCutOff(boxes, ROOM, { ...view, zoom: 1 })).toBe(true);
});

it("tells what is seen in part from what is not seen at all", () => {
  const view = { x: 0, y: 0, zoom: 0.5 };
  expect([isCutOff, isOutside].map((is) => is([box(1_900, 0)], ROOM, view))).toEqual([true, false]);
  expect([isCutOff, isOutside].map((is) => is([box(2_000, 0)], ROOM, view))).toEqual([true, true]);
  expect([isCutOff, isOutside].map((is) => is([box(-240, 0)], ROOM, view))).toEqual([true, true]);
  expect([isCutOff, isOutside].map((is) => is([box(900, 600)], ROOM, view))).toEqual([false, false]);
});
