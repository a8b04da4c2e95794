import { expect, it } from "vitest";
import { changed, sought } from "./sought";

const read = (search: Record<string, unknown>) => sought(search, { level: ["warning", "critical"] }, ["text"]);

it("takes of an address what it knows and nothing else", () => {
  expect(read({ level: "critical", text: "node", page: 7 })).toEqual({ level: "critical", text: "node" });
  expect(read({ level: "fatal", text: "" })).toEqual({});
  expect(read({ level: ["critical"], text: 7 })).toEqual({});
});

it("changes one thing and keeps the others; an empty word is none", () => {
  expect(changed({ level: "critical", text: "node" }, { text: "" })).toEqual({ level: "critical" });
  expect(changed<{ level?: string; text?: string }>({ level: "critical" }, { text: "a" })).toEqual({ level: "critical", text: "a" });
});
