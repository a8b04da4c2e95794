import { expect, it } from "vitest";
import { align, type Alignment } from "./align";

const node = (id: string, x: number, y: number, height = 60) => ({ id, x, y, width: 100, height });
const NODES = [node("a", 0, 10), node("b", 130, 50, 100), node("c", 400, 0)];

it.each<[Alignment, [string, number, number][]]>([
  ["left", [["b", 0, 50], ["c", 0, 0]]],
  ["top", [["a", 0, 0], ["b", 130, 0]]],
  ["middle", [["a", 0, 45], ["b", 130, 25], ["c", 400, 45]]],
  ["across", [["b", 200, 50]]],
  ["down", [["a", 0, 25]]],
])("%s moves what does not stand there yet", (how, expected) => {
  expect([...align(NODES, how)].map(([id, { x, y }]) => [id, x, y])).toEqual(expected);
});

it("leaves two nodes as far apart as they are", () => {
  expect(align(NODES.slice(0, 2), "across").size).toBe(0);
});
