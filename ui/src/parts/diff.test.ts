import fc from "fast-check";
import { expect, it } from "vitest";
import { diff } from "./diff";

const texts = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((lines) => lines.join("\n"));

it("holds both texts, each in its order", () => {
  fc.assert(
    fc.property(texts, texts, (theirs, mine) => {
      const lines = diff(theirs, mine);
      const without = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text).join("\n");
      expect(without("mine")).toBe(theirs);
      expect(without("theirs")).toBe(mine);
    }),
  );
});

it("says only what differs", () => {
  expect(diff("a\nb\nc", "a\nx\nc").map((line) => line.kind)).toEqual(["same", "theirs", "mine", "same"]);
});
