import { expect, it } from "vitest";
import { links } from "./graph";
import { read } from "./read";
import { takeOut } from "./take-out";

const TEXT = `listeners:
  - name: ask
    handler: set
    next: fork
  - name: fork
    handler: branch
    cases:
      - {when: "input", next: left}
    otherwise: right
  - name: left
    handler: set
    next: out
  - name: right
    handler: set
    next: out
  - name: out
    handler: output
`;
const lines = (text: string) => links(read(text)).map((line) => line.id);

it("joins what was before a listener to what is behind it", () => {
  const text = takeOut(TEXT, ["left"]);
  expect(lines(text)).toEqual([":trigger next ask", "ask next fork", "fork case-0 out", "fork otherwise right", "right next out"]);
});

it("joins over several that go at once", () => {
  const text = takeOut(takeOut(TEXT, ["right"]), ["ask", "left"]);
  expect(lines(text)).toEqual([":trigger next fork", "fork case-0 out", "fork otherwise out"]);
});

it("leaves a gap where a branch was, and at the end", () => {
  expect(lines(takeOut(TEXT, ["fork"]))).toEqual([":trigger next ask", "left next out", "right next out"]);
  expect(lines(takeOut(TEXT, ["out"]))).toEqual([":trigger next ask", "ask next fork", "fork case-0 left", "fork otherwise right"]);
});

it("keeps the entry with whoever received the message next", () => {
  const text = takeOut("listeners:\n  - name: a\n    handler: set\n    next: c\n  - name: b\n    handler: output\n  - name: c\n    handler: output\n", ["a"]);
  expect(lines(text)).toEqual([":trigger next c"]);
});
