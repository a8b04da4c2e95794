import fc from "fast-check";
import { expect, it } from "vitest";
import { difference } from "./code-view";

it("finds the stretch that makes one text of another", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (from, to) => {
      const { from: start, to: end, insert } = difference(from, to);
      expect(from.slice(0, start) + insert + from.slice(end)).toBe(to);
    }),
  );
});
