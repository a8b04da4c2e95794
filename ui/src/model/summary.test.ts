import { expect, it } from "vitest";
import orderDesk from "../templates/texts/order-desk.yaml?raw";
import { read } from "./read";
import { summary } from "./summary";

it("says what each listener does, in its own words", () => {
  const organism = read(orderDesk);
  expect(organism.listeners.map((one) => `${one.name}: ${summary(one, organism.model)}`)).toEqual([
    "order: customer, price, quantity",
    "total: round(price * quantity, 2)",
    "size: input.result > 100",
    "offer: expression",
    "clerk: echo · 1 tool",
    "discount: what it is asked",
    "thanks: Thank you, {{ steps.order.customer }}: that is {{ input.result }}.",
    "reply: customer, total, answer",
  ]);
});

it("falls back to the description", () => {
  const [one] = read("listeners:\n  - {name: a, description: does it, handler: other}").listeners;
  expect(one && summary(one, null)).toBe("does it");
});

it("says what is waited for and what is repeated", () => {
  const text = `listeners:
  - {name: a, handler: each, config: {items: "{{ input.rows }}", do: b, concurrency: 4}}
  - {name: b, handler: delay, config: {for: 10m}}
  - {name: c, handler: approval, config: {message: Refund?}}
  - {name: d, handler: flow, config: {flow: billing}}
`;
  expect(read(text).listeners.map((one) => summary(one, null))).toEqual(["input.rows · 4 at a time", "for 10m", "Refund?", "billing"]);
});
