import { expect, it } from "vitest";
import { links } from "@/model/graph";
import { read } from "@/model/read";
import { drawnPort, portsOf, sizeOf } from "./size";

const branch = (count: number) =>
  read(`listeners:\n  - name: fork\n    handler: branch\n    cases:\n${Array.from({ length: count }, (_, place) => `      - {when: "input.n == ${place}", next: out}\n`).join("")}    otherwise: out\n  - name: out\n    handler: output\n`);

it.each([1, 24, 25, 200])("every line of a branch with %i cases leaves from a port that is drawn", (count) => {
  const organism = branch(count);
  const [fork] = organism.listeners;
  if (!fork) throw new Error("there is no branch");
  const ports = portsOf(fork).map((port) => port.id);
  const used = links(organism).filter((line) => line.from === "fork").map((line) => drawnPort(fork, line.port));
  expect(used).toHaveLength(count + 1);
  expect(new Set(used)).toEqual(new Set(ports));
});

it("a branch with two hundred cases is still a card", () => {
  const [fork] = branch(200).listeners;
  expect(sizeOf(fork).height).toBeLessThan(800);
  expect(fork && portsOf(fork).map((port) => port.label)).toContain("177 more cases");
});
