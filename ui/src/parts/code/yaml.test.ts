import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { expect, it } from "vitest";
import { foldFrom, nextIndent, yaml } from "./yaml";

const TEXT = `listeners:
- name: a
  config: {payload: {n: 7}} # seven
  prompt: |
    # Not a comment
    It's said.

  next: b
- name: b
`;

const state = EditorState.create({ doc: TEXT, extensions: yaml() });

it("colours keys, also within values, texts, numbers and comments", () => {
  const found: string[] = [];
  const marks = tagHighlighter([
    { tag: tags.propertyName, class: "key" },
    { tag: tags.comment, class: "comment" },
    { tag: tags.string, class: "text" },
    { tag: tags.number, class: "number" },
  ]);
  const tree = ensureSyntaxTree(state, TEXT.length, 1_000);
  if (tree) highlightTree(tree, marks, (from, to, mark) => found.push(`${mark} ${TEXT.slice(from, to).trim()}`));
  expect(found).toEqual(["key listeners", "key name", "key config", "key payload", "key n", "number 7", "comment # seven", "key prompt", "text # Not a comment", "text It's said.", "key next", "key name"]);
});

it.each([
  [1, "a list as far left as its key, to the end", TEXT.length - 1],
  [2, "an item, without the empty line behind it", TEXT.indexOf("- name: b") - 1],
  [4, "a block of text", TEXT.indexOf("\n\n")],
])("folds from line %i: %s", (line, _, to) => {
  expect(foldFrom(state, line)).toEqual({ from: state.doc.line(line).to, to });
});

it.each([3, 5, 6, 7, 8, 9])("folds nothing from line %i", (line) => expect(foldFrom(state, line)).toBeNull());

it.each([
  ["listeners:", 2],
  ["  handler: set", 2],
  ["  - name: a", 4],
  ["  - config:", 6],
  ["  - plain", 2],
  ["  config: # what it is", 4],
  ["  system: |", 4],
  ["  system: >-", 4],
  ["  next: [", 4],
  ["  - http://example.com/", 2],
  ["", null],
  ["   ", null],
])("after %j the next line begins in column %j", (before, column) => expect(nextIndent(before, 2)).toBe(column));
