import { expect, it } from "vitest";
import { failuresByFlow } from "./failures";

type Found = Parameters<typeof failuresByFlow>[0][number];

const failed = (id: string, flowId: string, triggerType: Found["triggerType"]): Found => ({
  id,
  flowId,
  flowName: `flow ${flowId}`,
  status: "error",
  triggerType,
  startedAt: "2026-11-25T10:00:00.000Z",
  durationMs: 1_500,
  errorCode: "connect_failed",
  errorMessage: `why ${id}`,
  waitingOn: null,
});

it("tells of each flow once, with its newest failure and how often it failed", () => {
  const found = failuresByFlow([failed("3", "a", "webhook"), failed("2", "b", "schedule"), failed("1", "a", "webhook")]);
  expect(found.map(({ flowId, executionId, message, times }) => [flowId, executionId, message, times])).toEqual([
    ["a", "3", "why 3", 2],
    ["b", "2", "why 2", 1],
  ]);
  expect(found[0]?.at).toBe("2026-11-25T10:00:01.500Z");
});

it("leaves out what somebody ran by hand", () => {
  expect(failuresByFlow([failed("1", "a", "manual"), failed("2", "b", "test")])).toEqual([]);
});
