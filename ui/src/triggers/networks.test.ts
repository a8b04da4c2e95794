import { expect, it } from "vitest";
import { networksOf } from "./networks";

it("takes addresses by lines, commas and spaces, each once as it stands", () => {
  expect(networksOf(" 203.0.113.0/24,\n2001:db8::/32  192.0.2.7;")).toEqual(["203.0.113.0/24", "2001:db8::/32", "192.0.2.7"]);
  expect(networksOf(" \n ")).toEqual([]);
});
