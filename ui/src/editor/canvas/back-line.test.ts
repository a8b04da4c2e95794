import fc from "fast-check";
import { expect, it } from "vitest";
import { backPath, corridor } from "./back-line";

const card = (x: number, y: number) => ({ x, y, width: 232, height: 64 });

it("goes back between two bands of cards", () => {
  const y = corridor({ x: 824, y: 32 }, { x: 0, y: 160 }, { boxes: [card(0, 0), card(296, 0), card(592, 0), card(0, 128), card(296, 128)], lines: [] });
  expect(y).toBe(96);
});

it("goes around the cards of its own row", () => {
  const y = corridor({ x: 824, y: 32 }, { x: 0, y: 32 }, { boxes: [card(0, 0), card(296, 0), card(592, 0)], lines: [] });
  expect(y < 0 || y > 64).toBe(true);
});

it("goes where the fewest lines cross", () => {
  const boxes = [card(0, 0), card(0, 128), card(0, 256)];
  const y = corridor({ x: 232, y: 32 }, { x: 0, y: 288 }, { boxes, lines: [{ from: 32, to: 160 }] });
  expect(y).toBe(224);
});

it("never goes through a card", () => {
  const places = fc.array(fc.record({ x: fc.integer({ min: -800, max: 800 }), y: fc.integer({ min: -400, max: 400 }) }), { maxLength: 30 });
  fc.assert(
    fc.property(places, (all) => {
      const boxes = all.map((at) => card(at.x, at.y));
      const y = corridor({ x: 500, y: 30 }, { x: -500, y: 90 }, { boxes, lines: [] });
      for (const box of boxes) if (box.x < 500 && box.x + box.width > -500) expect(y <= box.y || y >= box.y + box.height).toBe(true);
    }),
  );
});

it("goes down beside an agent's tools, not behind them", () => {
  const tools = [card(0, 156), card(260, 156), card(130, 256)];
  const [path] = backPath({ x: 232, y: 32 }, { x: 0, y: 420 }, { boxes: [card(0, 0), ...tools, card(0, 388)], lines: [] });
  const points = [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  for (const [place, to] of points.entries()) {
    const from = points[place - 1] ?? to;
    for (const box of tools) {
      const isOver = Math.max(from.x, to.x) > box.x && Math.min(from.x, to.x) < box.x + box.width && Math.max(from.y, to.y) > box.y && Math.min(from.y, to.y) < box.y + box.height;
      expect(isOver, path).toBe(false);
    }
  }
});
