import { expect, it } from "vitest";
import type { FlowStatus, FlowSummary } from "@/api/types";
import { sorted } from "./sorted";

const flow = (name: string, status: FlowStatus, updatedAt: string): FlowSummary => ({
  id: name,
  name,
  description: `does ${name} things`,
  status,
  updatedAt,
  lastExecution: null,
});
const flows = [flow("b", "stopped", "2026-01-02"), flow("a", "running", "2026-01-01"), flow("c", "error", "2026-01-03")];
const names = (found: FlowSummary[]) => found.map((one) => one.name).join("");

it("orders by change, name, or what needs attention", () => {
  expect(names(sorted(flows, "", "all", "changed"))).toBe("cba");
  expect(names(sorted(flows, "", "all", "name"))).toBe("abc");
  expect(names(sorted(flows, "", "all", "status"))).toBe("cab");
});

it("finds every word in the name or the description", () => {
  expect(names(sorted(flows, "THINGS does b", "all", "name"))).toBe("b");
  expect(names(sorted(flows, "", "running", "name"))).toBe("a");
});
