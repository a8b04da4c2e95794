import { expect, it } from "vitest";
import orderDesk from "../templates/texts/order-desk.yaml?raw";
import team from "../templates/texts/team.yaml?raw";
import { links, TRIGGER } from "./graph";
import { CARD, layout, placeBeside, type Point } from "./layout";
import { read } from "./read";

function arrange(text: string): Map<string, Point> {
  const organism = read(text);
  return layout([TRIGGER, ...organism.listeners.map((one) => one.name)], links(organism), () => ({ ...CARD, row: CARD.height }));
}

/** A row of listeners, each of which hands over to the next. */
const row = (count: number) =>
  `listeners:\n${Array.from({ length: count }, (_, place) => `  - name: l${place}\n    handler: set\n${place + 1 < count ? `    next: l${place + 1}\n` : ""}`).join("")}`;

it("goes from left to right, and peers stand below their agent", () => {
  const places = arrange(orderDesk);
  const at = (name: string) => places.get(name) ?? { x: Number.NaN, y: Number.NaN };
  expect(at(TRIGGER).x).toBeLessThan(at("order").x);
  expect(at("order").x).toBeLessThan(at("total").x);
  expect(at("clerk").x > at("total").x || at("clerk").y > at("total").y).toBe(true);
  expect(at("discount").y).toBeGreaterThan(at("clerk").y);
  expect(at("discount").x).toBe(at("clerk").x);
});

it.each([
  ["the order desk", orderDesk],
  ["the team", team],
  ["a row of twenty", row(20)],
  ["a row of two hundred", row(200)],
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

it("keeps a short row in one line", () => {
  const ys = new Set([...arrange(row(3)).values()].map((at) => at.y));
  expect(ys.size).toBeLessThanOrEqual(2);
});

it.each([4, 5, 8, 13, 20])("a row of %i goes on in the next line, so that a small screen shows all of it readably", (count) => {
  const places = [...arrange(row(count)).values()];
  const width = Math.max(...places.map((at) => at.x)) + CARD.width;
  const height = Math.max(...places.map((at) => at.y)) + CARD.height;
  // Beside the palette and the inspector, at 1280 × 800, without the air around.
  expect(Math.min(568 / width, 646 / height)).toBeGreaterThanOrEqual(0.6);
});

it.each([4, 5, 6, 9])("%i tools stand in two rows, and a line from above reaches each between the cards", (count) => {
  const tools = Array.from({ length: count }, (_, place) => `t${place}`);
  const text = `listeners:\n  - name: clerk\n    agent: true\n    peers: [${tools.join(", ")}]\n    next: out\n${[...tools, "out"].map((name) => `  - name: ${name}\n    handler: output\n`).join("")}`;
  const places = arrange(text);
  const at = tools.map((name) => places.get(name) ?? { x: Number.NaN, y: Number.NaN });
  expect(new Set(at.map((one) => one.y)).size).toBe(2);
  const top = Math.min(...at.map((one) => one.y));
  for (const below of at.filter((one) => one.y > top)) {
    const middle = below.x + CARD.width / 2;
    for (const above of at.filter((one) => one.y === top)) expect(middle < above.x || middle > above.x + CARD.width).toBe(true);
  }
});

it("has the ways of a branch in the order of its ports", () => {
  const ways = ["a", "b", "c"].map((name) => `  - name: ${name}\n    handler: output\n`).join("");
  const places = arrange(`listeners:\n  - name: fork\n    handler: branch\n    cases:\n      - {when: "1", next: a}\n      - {when: "2", next: b}\n    otherwise: c\n${ways}`);
  const ys = ["a", "b", "c"].map((name) => places.get(name)?.y ?? Number.NaN);
  expect(ys).toEqual(ys.toSorted((one, other) => one - other));
});

/** A branch, an agent with tools in the middle, and a row behind it. */
const MIXED = `listeners:
  - {name: receive, handler: set, next: validate}
  - {name: validate, handler: set, next: sort}
  - {name: sort, handler: branch, cases: [{when: "1", next: lookup}, {when: "2", next: refuse}], otherwise: lookup}
  - {name: refuse, handler: set, next: reply}
  - {name: lookup, handler: http, next: clerk}
  - {name: clerk, agent: true, peers: [weather, stock, prices, notes], next: check}
${["weather", "stock", "prices", "notes"].map((name) => `  - {name: ${name}, handler: http}\n`).join("")}  - {name: check, handler: set, next: approve}
  - {name: approve, handler: approval, next: pay}
  - {name: pay, handler: http, next: mail}
  - {name: mail, handler: set, next: log}
  - {name: log, handler: set, next: reply}
  - {name: reply, handler: output}
`;

it("tools reach below the cards that follow their agent, and a mixed flow of sixteen is read as a whole", () => {
  const places = arrange(MIXED);
  const all = [...places.values()];
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) expect(Math.abs(one.x - other.x) >= CARD.width || Math.abs(one.y - other.y) >= CARD.height).toBe(true);
  }
  const width = Math.max(...all.map((at) => at.x)) + CARD.width;
  const height = Math.max(...all.map((at) => at.y)) + CARD.height;
  // Beside the palette and the inspector, at 1280 × 800 and at 1440 × 900, without the air around.
  expect(Math.min(584 / width, 652 / height)).toBeGreaterThanOrEqual(0.58);
  expect(Math.min(744 / width, 752 / height)).toBeGreaterThanOrEqual(0.7);
});

it("a column is as wide as the tools below it where something stands in their way", () => {
  const text = `listeners:
  - {name: fork, handler: branch, cases: [{when: "1", next: clerk}], otherwise: other}
  - {name: clerk, agent: true, peers: [a, b, c], next: last}
  - {name: a, handler: http}
  - {name: b, handler: http}
  - {name: c, handler: http}
  - {name: other, handler: set, next: more}
  - {name: more, handler: set, next: last}
  - {name: last, handler: output}
`;
  const all = [...arrange(text).values()];
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) expect(Math.abs(one.x - other.x) >= CARD.width || Math.abs(one.y - other.y) >= CARD.height).toBe(true);
  }
});
