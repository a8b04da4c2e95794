import { expect, it } from "vitest";
import { fitOf } from "./fit";
import { read } from "./read";

function fit(output: string, input: string) {
  const organism = read(`listeners:\n  - {name: a, output: ${output}}\n  - {name: b, input: ${input}}\n`);
  const [from, to] = organism.listeners;
  return from && to ? fitOf(from, to, organism, []) : null;
}
const fields = (text: string) => `{type: object, properties: {${text}}}`;

it.each([
  [fields("n: {type: integer}, s: {type: string}"), "{required: [n], properties: {n: {type: number}}}", "good"],
  [fields("n: {type: integer}"), "{required: [n, m]}", "partly"],
  [fields("n: {type: string}"), "{required: [n], properties: {n: {type: number}}}", "bad"],
  [fields("n: {type: string}"), "{properties: {n: {type: number}}}", null],
  ["true", "{required: [n]}", null],
])("from %s to %s: %s", (output, input, expected) => expect(fit(output, input)).toBe(expected));
