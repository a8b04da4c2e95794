import { expect, it } from "vitest";
import { ApiError, explain } from "./error";

it("names the fields where the answer names them", () => {
  const error = new ApiError(422, "validation_error", "values are not allowed", { name: "has 0 characters" });
  expect(explain(error)).toBe("name has 0 characters");
});

it("says the server's message otherwise, as a sentence", () => {
  expect(explain(new ApiError(409, "wrong_state", "the flow is running"))).toBe("The flow is running");
  expect(explain("what")).toBe("Something failed and did not say why");
});
