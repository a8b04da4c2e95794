import { expect, it } from "vitest";
import type { EdgeFit } from "@/api/types";
import { fitsByLine } from "./fit";
import { links } from "./graph";
import { read } from "./read";

it("finds what is said of each line of a text", () => {
  const organism = read(`listeners:
  - {name: a, agent: true, peers: [b], next: c, on_error: c}
  - {name: b, handler: http}
  - {name: c, handler: branch, cases: [{when: "1", next: b}], otherwise: a}
`);
  const told = [
    ["trigger", "next", "a"],
    ["a", "peer", "b"],
    ["a", "next", "c"],
    ["a", "error", "c"],
    ["c", "case-0", "b"],
    ["c", "otherwise", "a"],
  ].map(([source, sourceHandle, target]) => ({ source, sourceHandle, target }) as EdgeFit);
  const fits = fitsByLine(told);
  expect(links(organism).map(({ id }) => fits.get(id)?.sourceHandle)).toEqual(["next", "next", "error", "peer", "case-0", "otherwise"]);
});
