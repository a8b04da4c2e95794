import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import orderDesk from "../templates/texts/order-desk.yaml?raw";
import { addListener, connect, copyText, disconnect, freshName, pasteText, type Port, removeListeners, setEntry } from "./listeners";
import { links } from "./graph";
import { read } from "./read";
import { renameListener } from "./references";

const names = (text: string) => read(text).listeners.map((one) => one.name);
const find = (text: string, name: string) => read(text).listeners.find((one) => one.name === name);

describe("listeners", () => {
  it("are added at the end, as far apart as the others", () => {
    const added = addListener(orderDesk, { name: "new", description: "d", handler: "output" });
    expect(added.startsWith(orderDesk)).toBe(true);
    expect(added.slice(orderDesk.length)).toBe("\n  - name: new\n    description: d\n    handler: output\n");
  });

  it("are added to a text without any", () => {
    for (const text of ["", "organism:\n  name: a\n", "organism:\n  name: a\nlisteners: []\n"]) {
      expect(names(addListener(text, { name: "x", description: "d" }))).toEqual(["x"]);
    }
  });

  it("are removed with their comment and with what names them", () => {
    const removed = removeListeners(orderDesk, ["clerk"]);
    expect(removed).not.toContain("The model `echo` is built in");
    expect(find(removed, "offer")?.next).toEqual([]);
    expect(removed).toContain("    next: reply\n\n  - name: reply");
    expect(names(removed)).toEqual(names(orderDesk).filter((name) => name !== "clerk"));
    expect(removed).not.toMatch(/\n\n\n/);
  });

  it("take their cases with them, and leave an empty list when all go", () => {
    expect(find(removeListeners(orderDesk, ["offer"]), "size")?.cases).toEqual([]);
    expect(parse(removeListeners(orderDesk, names(orderDesk)))).toMatchObject({ listeners: [] });
  });

  it("get another name everywhere, in expressions too", () => {
    const renamed = renameListener(orderDesk, "order", "first-order");
    expect(names(renamed)).toContain("first-order");
    expect(renamed).toContain("{{ steps['first-order'].customer }}");
    expect(renamed).not.toMatch(/steps\.order\b/);
    expect(renameListener(renamed, "first-order", "order")).toBe(orderDesk);
  });

  it("get names that nobody has", () => {
    expect(freshName(["http", "http-2"], "http")).toBe("http-3");
    expect(freshName(["http", "http-2"], "http-2")).toBe("http-3");
    expect(freshName([], "a b!")).toBe("a-b");
  });
});

describe("edges", () => {
  it.each<[Port, string, string]>([
    ["next", "order", "thanks"],
    ["otherwise", "size", "reply"],
    ["case-0", "size", "thanks"],
    ["peers", "clerk", "total"],
    ["error", "clerk", "thanks"],
  ])("of %s are drawn and rubbed out again", (port, from, to) => {
    const drawn = connect(orderDesk, from, port, to);
    expect(drawn).not.toBe(orderDesk);
    expect(disconnect(drawn, from, port, to)).toBe(orderDesk);
    expect(connect(drawn, from, port, to)).toBe(drawn);
  });

  it("a trigger leads to the entry", () => {
    const changed = setEntry(orderDesk, "total");
    expect(read(changed).entry).toBe("total");
    expect(setEntry(changed, "order")).toBe(orderDesk);
  });
});

describe("a list", () => {
  const text = "listeners:\n  - name: all\n    handler: each\n    config: {items: '{{ input }}', do: one}\n  - name: one\n    handler: set\n  - name: two\n    handler: set\n";

  it("begins its items with one listener, by an edge of its own", () => {
    expect(links(read(text)).map((link) => link.id)).toContain("all do one");
    expect(find(connect(text, "all", "do", "two"), "all")?.itemTo).toBe("two");
    expect(find(disconnect(text, "all", "do", "one"), "all")?.itemTo).toBeNull();
    expect(find(renameListener(text, "one", "first"), "all")?.itemTo).toBe("first");
    expect(find(removeListeners(text, ["one"]), "all")?.itemTo).toBeNull();
  });
});

describe("copying and pasting", () => {
  it("brings listeners under fresh names, joined among themselves only", () => {
    const pasted = pasteText(orderDesk, copyText(orderDesk, ["clerk", "discount"]));
    expect(pasted?.names).toEqual(["clerk-2", "discount-2"]);
    const clerk = find(pasted?.text ?? "", "clerk-2");
    expect(clerk?.peers).toEqual(["discount-2"]);
    expect(clerk?.next).toEqual([]);
  });

  it("takes nothing that is no listener", () => {
    expect(pasteText(orderDesk, "hello")).toBeNull();
    expect(pasteText(orderDesk, "- a\n- b")).toBeNull();
  });

  it("any choice of listeners survives the way through the clipboard", () => {
    fc.assert(
      fc.property(fc.subarray(names(orderDesk), { minLength: 1 }), (chosen) => {
        const copied = parse(copyText(orderDesk, chosen)) as { name: string }[];
        const there = (parse(orderDesk) as { listeners: { name: string }[] }).listeners;
        expect(copied).toEqual(there.filter((one) => chosen.includes(one.name)));
        const removed = removeListeners(orderDesk, chosen);
        expect(names(removed)).toEqual(names(orderDesk).filter((name) => !chosen.includes(name)));
      }),
    );
  });
});
