import { expect, it } from "vitest";
import { ApiError, explain, OfflineError, passes } from "./error";

it("names the fields where the answer names them", () => {
  const error = new ApiError(422, "validation_error", "values are not allowed", { name: "has 0 characters" });
  expect(explain(error)).toBe("name has 0 characters");
});

it("says the server's message otherwise, as a sentence", () => {
  expect(explain(new ApiError(409, "wrong_state", "the flow is running"))).toBe("The flow is running");
  expect(explain("what")).toBe("Something failed and did not say why");
});

it("tells what passes by itself from what stays", () => {
  const of = (status: number) => passes(new ApiError(status, "c", "m"));
  expect([500, 503, 429].map(of)).toEqual([true, true, true]);
  expect([400, 401, 403, 404, 409, 422].map(of)).toEqual([false, false, false, false, false, false]);
  expect(passes(new OfflineError())).toBe(true);
  expect(passes(new TypeError("ours"))).toBe(false);
});

it("says what a token may not", () => {
  expect(explain(new ApiError(403, "forbidden", "no", { scope: "write" }))).toBe("The token of this browser has no right to change flows");
  expect(explain(new ApiError(403, "forbidden", "this is for operators"))).toBe("This is for operators");
});
