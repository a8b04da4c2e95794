import { expect, it } from "vitest";
import { chosenAfter, marked } from "./chosen";

const select = (id: string, selected: boolean) => ({ type: "select", id, selected }) as const;

it("adds and takes away in the order in which it was done", () => {
  expect(chosenAfter(["a", "b"], [select("a", false), select("c", true)])).toEqual(["b", "c"]);
});

it("is the same list when nothing else is selected", () => {
  const before = ["a", "b"];
  expect(chosenAfter(before, [{ type: "remove", id: "a" }, select("b", true), select("c", false)])).toBe(before);
});

it("marks what is chosen and leaves alone what is right", () => {
  const all = [{ id: "a", selected: true }, { id: "b" }, { id: "c" }];
  const after = marked(all, ["b"]);
  expect(after).toEqual([{ id: "a", selected: false }, { id: "b", selected: true }, { id: "c" }]);
  expect(after[2]).toBe(all[2]);
  expect(marked(after, ["b"])).toBe(after);
});
