import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, file), "utf8");
const firstPart = (address: string) => address.split("/")[1] ?? "";

it("the server answers every page that the interface draws", () => {
  const drawn = [...read("router.tsx").matchAll(/path: "(\/[^"]+)"/g)].map(([, address = ""]) => firstPart(address));
  const pages = /const PAGES[^=]*= \[([^\]]*)\]/.exec(read("../../../crates/edge/web/src/lib.rs"))?.[1] ?? "";
  const served = [...pages.matchAll(/"([^"]+)"/g)].map(([, address = ""]) => firstPart(address));
  expect(drawn.length).toBeGreaterThan(8);
  expect(served).toEqual(expect.arrayContaining([...new Set(drawn)]));
});
