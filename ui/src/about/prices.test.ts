import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TIERS } from "./prices";

const table = readFileSync(new URL("../../../crates/core/accounts/src/tier.rs", import.meta.url), "utf8");
const arm = (tier: string, kind: RegExp) => new RegExp(`Self::${tier}[^=;]*=> ${kind.source}`).exec(table)?.[1]?.replaceAll("_", "");

it("names the figures by which the server limits", () => {
  const flows = (tier: string) => Number(arm(tier, /([\d_]+),/));
  const runs = (tier: string) => arm(tier, /RunsLimit::(?:Hard|Soft)\(([\d_]+)\)/);
  expect([flows("Free"), flows("Pro"), flows("Enterprise")]).toEqual([TIERS.free.flows, TIERS.pro.flows, TIERS.enterprise.flows]);
  expect([Number(runs("Free")), Number(runs("Pro"))]).toEqual([TIERS.free.runs, TIERS.pro.runs]);
  expect(table).toMatch(/Self::Enterprise \| Self::HighFrequency => RunsLimit::Unlimited/);
});
