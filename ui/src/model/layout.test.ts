import { expect, it } from "vitest";
import orderDesk from "../templates/texts/order-desk.yaml?raw";
import team from "../templates/texts/team.yaml?raw";
import { links, TRIGGER } from "./graph";
import { CARD, layout, placeBeside, type Point } from "./layout";
import { read } from "./read";

function arrange(text: string): Map<string, Point> {
  const organism = read(text);
  return layout([TRIGGER, ...organism.listeners.map((one) => one.name)], links(organism), () => CARD);
}

it("goes from left to right, and peers stand below their agent", () => {
  const places = arrange(orderDesk);
  const at = (name: string) => places.get(name) ?? { x: Number.NaN, y: Number.NaN };
  expect(at(TRIGGER).x).toBeLessThan(at("order").x);
  expect(at("order").x).toBeLessThan(at("total").x);
  expect(at("total").x).toBeLessThan(at("clerk").x);
  expect(at("discount").y).toBeGreaterThan(at("clerk").y);
  expect(at("discount").x).toBe(at("clerk").x);
});

it.each([
  ["the order desk", orderDesk],
  ["the team", team],
])("%s: every node has a place, and no two overlap", (_, text) => {
  const places = [...arrange(text).values()];
  expect(places).toHaveLength(read(text).listeners.length + 1);
  for (const [index, one] of places.entries()) {
    for (const other of places.slice(index + 1)) {
      expect(Math.abs(one.x - other.x) >= CARD.width || Math.abs(one.y - other.y) >= CARD.height).toBe(true);
    }
  }
});

it("puts a new node beside its caller, where nothing stands", () => {
  const known = new Map([["a", { x: 0, y: 0 }], ["b", { x: CARD.width + 64, y: 0 }]]);
  const spot = placeBeside("c", [{ id: "", from: "a", port: "next", to: "c" }], known);
  expect(spot.x).toBeGreaterThan(CARD.width);
  expect(spot.y).toBeGreaterThanOrEqual(CARD.height + 20);
});
