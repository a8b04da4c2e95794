import { expect, expectTypeOf, it } from "vitest";
import { ask, filled, retryAfterMs } from "./call";
import type { Flow } from "./types";

it("fills an address in, and leaves out what is not asked for", () => {
  expect(filled("/flows/{flowId}/secrets/{name}", { path: { flowId: "f", name: "a/b c" } })).toBe("/flows/f/secrets/a%2Fb%20c");
  expect(filled("/flows", { query: { page: 2, pageSize: null, q: undefined } })).toBe("/flows?page=2");
});

it("knows what an operation asks for and answers", () => {
  expectTypeOf(ask<"get", "/flows/{flowId}">).returns.resolves.toEqualTypeOf<Flow>();
  expectTypeOf(ask<"delete", "/flows/{flowId}">).returns.resolves.toEqualTypeOf<null>();
  // @ts-expect-error -- a flow is known by its id
  expectTypeOf(ask<"get", "/flows/{flowId}">).toBeCallableWith("get", "/flows/{flowId}");
});

it("reads when to ask again: in seconds, as a date, or not at all", () => {
  const now = Date.parse("2026-11-29T10:00:00Z");
  expect(retryAfterMs("12", now)).toBe(12_000);
  expect(retryAfterMs("Sun, 29 Nov 2026 10:01:00 GMT", now)).toBe(60_000);
  expect(retryAfterMs("Sun, 29 Nov 2026 09:00:00 GMT", now)).toBe(0);
  expect(retryAfterMs("soon", now)).toBeNull();
  expect(retryAfterMs(null, now)).toBeNull();
});
