import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Json } from "@/api/types";
import orderDesk from "../templates/texts/order-desk.yaml?raw";
import { removePath, setNames, setPath } from "./edit";
import type { Path } from "./source";

const TEXT = `# top
organism:
  name: a # the name
listeners:
  # the first
  - name: x
    description: "said"   # kept
    handler: http
    config: {method: GET, url: "https://a/{{ input.id }}"} # flow
    unknown: [1, 2]
    next: y

  - name: y
    description: plain
    prompt: |
      one
      two
    config:
      # about deep
      deep:
        value: 1 # one
    next: [a, b] # both
`;

describe("setting a value", () => {
  it.each<[what: string, path: Path, value: Json, from: string, to: string]>([
    ["a plain word", ["organism", "name"], "b", "name: a # the name", "name: b # the name"],
    ["a quoted string keeps its quotes", ["listeners", 0, "description"], "new", '"said"   # kept', '"new"   # kept'],
    ["inside braces", ["listeners", 0, "config", "method"], "POST", "{method: GET", "{method: POST"],
    ["a new key inside braces", ["listeners", 0, "config", "query"], { a: 1 }, ".id }}\"} # flow", '.id }}", query: {a: 1}} # flow'],
    ["a block of lines", ["listeners", 1, "prompt"], "one\ntwo\nthree\n", "      two\n", "      two\n      three\n"],
    ["deep inside", ["listeners", 1, "config", "deep", "value"], 2, "value: 1 # one", "value: 2 # one"],
    ["a new key deep inside", ["listeners", 1, "config", "deep", "more"], "x", "value: 1 # one", "value: 1 # one\n        more: x"],
    ["a new key in its order", ["listeners", 0, "retry"], { attempts: 3 }, "} # flow", "} # flow\n    retry:\n      attempts: 3"],
    ["a comment out of the way", ["listeners", 0, "description"], "a\nb", 'description: "said"   # kept', "# kept\n    description: |-\n      a\n      b"],
    ["a name becomes a list", ["listeners", 0, "next"], ["y", "z"], "next: y", "next: [y, z]"],
    ["an item of a list", ["listeners", 1, "next", 1], "c", "[a, b] # both", "[a, c] # both"],
    ["one more item", ["listeners", 1, "next", 2], "c", "[a, b] # both", "[a, b, c] # both"],
  ])("%s", (_, path, value, from, to) => {
    expect(TEXT).toContain(from);
    expect(setPath(TEXT, path, value)).toBe(TEXT.replace(from, to));
  });

  it("changes only the keys of a mapping that differ", () => {
    const changed = setPath(TEXT, ["listeners", 1, "config"], { deep: { value: 1, other: true } });
    expect(changed).toBe(TEXT.replace("value: 1 # one", "value: 1 # one\n        other: true"));
  });

  it("makes what is missing on the way", () => {
    expect(parse(setPath(TEXT, ["llm", "model"], "echo"))).toMatchObject({ llm: { model: "echo" } });
    expect(parse(setPath("", ["organism", "name"], "x"))).toEqual({ organism: { name: "x" } });
    expect(parse(setPath("organism:\nlisteners: []\n", ["organism", "name"], "x"))).toEqual({ organism: { name: "x" }, listeners: [] });
  });
});

describe("taking away", () => {
  it("a line", () => expect(removePath(TEXT, ["listeners", 0, "next"])).toBe(TEXT.replace("    next: y\n", "")));
  it("inside braces", () =>
    expect(removePath(TEXT, ["listeners", 0, "config", "method"])).toBe(TEXT.replace("{method: GET, url", "{url")));
  it("an item of a list on one line", () =>
    expect(setNames(TEXT, ["listeners", 1, "next"], ["b"])).toBe(TEXT.replace("next: [a, b] # both", "next: b # both")));
  it("what held only that", () => {
    const changed = removePath(TEXT, ["listeners", 1, "config", "deep", "value"]);
    expect(parse(changed).listeners[1]).not.toHaveProperty("config");
  });
  it("nothing that is not there", () => expect(removePath(TEXT, ["listeners", 7, "next"])).toBe(TEXT));
});

const word = fc.stringMatching(/^[a-zA-Z][\w .,:#'"{}[\]\\-]{0,24}$/);
const json: fc.Arbitrary<Json> = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    word,
    fc.constant("two\nlines\n"),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie("any"), { maxKeys: 3 }),
  ),
})).any;

const comments = (text: string) => [...text.matchAll(/(?<=^|\s)# .*/gm)].map(String);

describe.each([
  ["a text with everything", TEXT],
  ["the order desk", orderDesk],
])("%s, changed at random", (_, text) => {
  const count = (parse(text) as { listeners: unknown[] }).listeners.length;
  const path = fc.tuple(
    fc.nat({ max: count - 1 }),
    fc.constantFrom("description", "model", "input", "retry", "extra"),
    fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 2 }),
  );

  it("says what was set, and everything else as before", () => {
    fc.assert(
      fc.property(path, json, ([index, key, rest], value) => {
        // Only below what is a mapping or absent can there be more.
        const way: Path = ["listeners", index, key, ...(key === "description" || key === "model" ? [] : rest)];
        const changed = setPath(text, way, value);
        const expected = structuredClone(parse(text)) as Record<string, Json>;
        assign(expected, way, value);
        expect(parse(changed)).toEqual(expected);
        if (key !== "input") expect(comments(changed)).toEqual(expect.arrayContaining(comments(text)));
      }),
      { numRuns: 300 },
    );
  });

  it("setting and taking away again leaves the same meaning", () => {
    fc.assert(
      fc.property(fc.nat({ max: count - 1 }), json, (index, value) => {
        const there = setPath(text, ["listeners", index, "extra"], value);
        expect(removePath(there, ["listeners", index, "extra"])).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

function assign(root: Record<string, Json>, path: Path, value: Json): void {
  let node = root as Record<string | number, Json>;
  for (const step of path.slice(0, -1)) {
    const next = node[step];
    if (typeof next !== "object" || next === null || Array.isArray(next) !== (step === "listeners")) node[step] = {};
    node = node[step] as Record<string | number, Json>;
  }
  node[path.at(-1) ?? ""] = value;
}
