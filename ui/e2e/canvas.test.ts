import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, boxOf, button, card, clickLine, drag, rowOf, seen, startApp } from "./app";
import { handlesOf } from "../src/editor/canvas/handles";
import { read } from "../src/model/read";
import { chromiumPath, picture } from "./browser";

/** Three in a row, with what people write between the lines. */
const THREE = `organism:
  name: three
listeners:
  # Brings a number.
  - name: ask
    description: Brings a number
    handler: set
    config: {payload: {n: 7}}
    next: double
  - name: double
    description: Doubles it
    handler: set
    config: {payload: "{{ input.n * 2 }}"}
    next: out
  - name: out
    description: Says it
    handler: output
`;

/** A card of every shape. */
const SHAPES = `organism: {name: shapes}
listeners:
  - name: agent
    description: Calls
    agent: true
    prompt: {system: Say it.}
    peers: [plain]
    next: fork
  - name: fork
    description: Parts
    handler: branch
    cases:
      - {when: "true", next: plain}
      - {when: "false", next: all}
    otherwise: plain
  - name: all
    description: Goes through them
    handler: each
    config: {items: "{{ input }}"}
    do: plain
    next: plain
  - name: plain
    description: Says it
    handler: output
`;

describe.skipIf(!chromiumPath)("the hand on the canvas", () => {
  let app: App;
  let page: Page;

  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const names = () => page.locator("[data-listener]").evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset["listener"]).toSorted());
  const selected = () => page.locator(".react-flow__node.selected").evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset["id"]).toSorted());
  const choose = async (name: string) => {
    await card(page, name).click();
    await page.locator(`.react-flow__node.selected[data-id="${name}"]`).waitFor();
  };
  const text = () => page.getByRole("textbox", { name: "The flow as YAML" });

  beforeAll(async () => {
    app = await startApp();
    page = app.page;
    // The first visit brings code and fonts.
    await page.goto("/");
  });

  afterAll(async () => app?.close());

  it("copies listeners as text, and pastes text as listeners", async () => {
    const id = await app.openFlow("copied", THREE);
    await card(page, "ask").click();
    await card(page, "double").click({ modifiers: ["Shift"] });
    await page.keyboard.press("Control+c");
    expect(await clipboard()).toBe(
      "- name: ask\n  description: Brings a number\n  handler: set\n  config: {payload: {n: 7}}\n  next: double\n\n- name: double\n  description: Doubles it\n  handler: set\n  config: {payload: \"{{ input.n * 2 }}\"}\n  next: out\n",
    );
    await page.keyboard.press("Control+v");
    await seen(card(page, "double-2"));
    expect(await names()).toEqual(["ask", "ask-2", "double", "double-2", "out"]);
    // The copies lead to each other, and not to what was not copied.
    await page.locator('[data-id="ask-2 next double-2"]').waitFor({ state: "attached" });
    expect(await page.locator('[data-id="double-2 next out"]').count()).toBe(0);
    expect(await selected()).toEqual(["ask-2", "double-2"]);
    await page.keyboard.press("Control+x");
    await card(page, "ask-2").waitFor({ state: "detached" });
    expect(await app.savedText(id)).toBe(THREE);
    await page.keyboard.press("Control+v");
    await seen(card(page, "ask-2"));
    await page.keyboard.press("Control+z");
    await card(page, "ask-2").waitFor({ state: "detached" });
    expect(await app.savedText(id)).toBe(THREE);
  });

  it("knows where the ports of its cards are before they are drawn", async () => {
    await app.openFlow("shapes", SHAPES);
    for (const listener of [undefined, ...read(SHAPES).listeners]) {
      const node = listener ? page.locator(`.react-flow__node[data-id="${listener.name}"]`) : page.locator(".react-flow__node-trigger");
      const drawn = await node.evaluate((element) => {
        const scale = element.getBoundingClientRect().width / (element as HTMLElement).offsetWidth;
        const from = element.getBoundingClientRect();
        return [...element.querySelectorAll<HTMLElement>(".react-flow__handle")].map((handle) => {
          const at = handle.getBoundingClientRect();
          return { id: handle.dataset["handleid"], x: (at.x - from.x) / scale, y: (at.y - from.y) / scale, width: at.width / scale };
        });
      });
      const known = handlesOf(listener);
      expect(drawn.map(({ id }) => id).toSorted()).toEqual(known.map(({ id }) => id).toSorted());
      for (const { id, x, y, width } of drawn) {
        const one = known.find((handle) => handle.id === id);
        for (const [is, says] of [[x, one?.x], [y, one?.y], [width, one?.width]]) expect(Math.abs((is ?? 0) - (says ?? Number.NaN)), `${listener?.name} ${id}`).toBeLessThan(1);
      }
    }
  });

  it("keeps what is selected through the views", async () => {
    await app.openFlow("views", THREE);
    await choose("double");
    for (const view of ["YAML", "Canvas", "Split", "YAML", "Canvas"]) {
      await page.getByRole("radio", { name: view, exact: true }).click();
      await seen(view === "YAML" ? text() : page.locator('.react-flow__node.selected[data-id="double"]'));
      await seen(page.getByRole("textbox", { name: "Name" }).or(page.locator("input[value=double]")));
    }
    await clickLine(page, "ask next double");
    await page.locator('.react-flow__edge.selected[data-id="ask next double"]').waitFor({ state: "attached" });
    expect(await selected()).toEqual([]);
    await choose("out");
    await page.locator(".react-flow__edge.selected").waitFor({ state: "detached" });
    await pane(page).click({ position: { x: 20, y: 20 } });
    await page.locator(".react-flow__node.selected").waitFor({ state: "detached" });
  });

  it("takes what is copied over into another flow and out of a text", async () => {
    await page.evaluate(() => navigator.clipboard.writeText("- name: later\n  description: Waits\n  handler: delay\n  config: {duration: 5s}\n"));
    const id = await app.openFlow("from elsewhere", THREE);
    await pane(page).click({ position: { x: 20, y: 20 } });
    await page.keyboard.press("Control+v");
    await seen(card(page, "later"));
    expect(await app.savedText(id)).toContain("  - name: later\n    description: Waits\n    handler: delay\n    config: {duration: 5s}\n");
    await page.evaluate(() => navigator.clipboard.writeText("only a sentence"));
    await page.keyboard.press("Control+v");
    await seen(page.getByText("There are no listeners in what you copied"));
    expect(await names()).toEqual(["ask", "double", "later", "out"]);
  });

  it("selects with a box what the box touches, and deletes it in one step", async () => {
    const id = await app.openFlow("boxed", THREE);
    const [first, last] = [await boxOf(card(page, "ask")), await boxOf(card(page, "double"))];
    await drag(page, { x: first.x - 8, y: first.y - 24 }, { x: last.x + 20, y: last.y + last.height + 24 });
    await expect.poll(selected, { timeout: 20_000 }).toEqual(["ask", "double"]);
    await seen(page.getByRole("heading", { name: "2 selected" }));
    await picture(page, "box");
    await page.keyboard.press("Delete");
    await card(page, "double").waitFor({ state: "detached" });
    expect(await names()).toEqual(["out"]);
    await page.keyboard.press("Control+z");
    await seen(card(page, "double"));
    expect(await app.savedText(id)).toBe(THREE);
  });

  it("shows the map when something is out of sight, and goes where it is clicked", async () => {
    await app.openFlow("mapped", rowOf(40));
    const map = page.locator(".react-flow__minimap");
    await map.waitFor({ state: "attached" });
    await map.waitFor({ state: "hidden" });
    await page.keyboard.press("Shift+0");
    await map.waitFor({ state: "visible" });
    const last = page.locator('[data-listener="l39"]');
    const isSeen = () => last.evaluate((one) => one.getBoundingClientRect().bottom < window.innerHeight && one.getBoundingClientRect().top > 0);
    await expect.poll(isSeen, { timeout: 20_000 }).toBe(false);
    const frame = await boxOf(map);
    const middle = frame.x + frame.width / 2;
    await drag(page, { x: middle, y: frame.y + frame.height / 2 }, { x: middle, y: frame.y + frame.height - 8 });
    await expect.poll(isSeen, { timeout: 20_000 }).toBe(true);
    await page.keyboard.press("Shift+1");
    await map.waitFor({ state: "hidden" });
  });

  it("puts a listener on the line that is selected", async () => {
    const id = await app.openFlow("between", THREE);
    await clickLine(page, "ask next double");
    await page.keyboard.press("a");
    await page.keyboard.type("delay");
    await page.keyboard.press("Enter");
    await page.locator('[data-id="ask next delay"]').waitFor({ state: "attached" });
    await page.locator('[data-id="delay next double"]').waitFor({ state: "attached" });
    expect(await page.locator('[data-id="ask next double"]').count()).toBe(0);
    expect((await boxOf(card(page, "double"))).x).toBeGreaterThan((await boxOf(card(page, "delay"))).x + 100);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+z");
    await page.locator('[data-id="ask next double"]').waitFor({ state: "attached" });
    expect(await app.savedText(id)).toBe(THREE);
  });

  it("joins what stands on both sides of what is deleted", async () => {
    const id = await app.openFlow("closed up", THREE);
    await choose("double");
    await page.keyboard.press("Delete");
    await page.locator('[data-id="ask next out"]').waitFor({ state: "attached" });
    await page.keyboard.press("Control+z");
    await page.locator('[data-id="ask next double"]').waitFor({ state: "attached" });
    expect(await app.savedText(id)).toBe(THREE);
  });

  it("undoes and redoes through the canvas and the text, whichever was changed", async () => {
    const id = await app.openFlow("both", THREE, "?view=split");
    // By hand: a card moves.
    const before = await boxOf(card(page, "out"));
    await drag(page, { x: before.x + 20, y: before.y + 8 }, { x: before.x + 20, y: before.y + 88 });
    await expect.poll(async () => (await boxOf(card(page, "out"))).y, { timeout: 20_000 }).toBeGreaterThan(before.y + 60);
    // In the text: a listener gets another name.
    await page.locator(".cm-line", { hasText: "name: double" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("d");
    await seen(card(page, "doubled"));
    // On the canvas again: it goes.
    await choose("doubled");
    await page.keyboard.press("Delete");
    await card(page, "doubled").waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await seen(card(page, "doubled"));
    // Also with the keyboard in the text.
    await text().focus();
    await page.keyboard.press("Control+z");
    await seen(card(page, "double"));
    expect((await boxOf(card(page, "out"))).y).toBeGreaterThan(before.y + 60);
    await page.keyboard.press("Control+z");
    await expect.poll(async () => Math.round((await boxOf(card(page, "out"))).y), { timeout: 20_000 }).toBe(Math.round(before.y));
    for (let step = 0; step < 3; step += 1) {
      // eslint-disable-next-line no-await-in-loop -- one key after the other
      await page.keyboard.press("Control+Shift+Z");
    }
    await expect.poll(names, { timeout: 20_000 }).toEqual(["ask", "out"]);
    expect(await app.savedText(id)).not.toContain("doubled");
  });

  it("tries a listener with what is pinned before it, and with what it took in an earlier execution", async () => {
    const id = await app.openFlow("alone", THREE);
    await app.api(`/flows/${id}/pins/ask`, "PUT", { output: { n: 21 } });
    await page.reload();
    await seen(card(page, "ask").getByText("Pinned"));
    await card(page, "double").click();
    await button(page, "Test this step").click();
    await page.locator('[data-listener="double"][data-state="done"]').waitFor();
    const newest = async () => (await app.api<{ items: { id: string }[] }>(`/flows/${id}/executions`)).items[0]?.id;
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await seen(inspector.getByText("42"));
    // Without the pin, and with an execution that brought 7.
    await app.api(`/flows/${id}/pins/ask`, "DELETE");
    await app.api(`/flows/${id}/start`, "POST");
    const earlier = await app.api<{ id: string }>(`/flows/${id}/executions/run`, "POST", {});
    const answer = async () => (await app.api<{ outputPayload: string | null }>(`/flows/${id}/executions/${earlier.id}`)).outputPayload;
    await expect.poll(answer, { timeout: 20_000 }).toBe("14");
    await app.api(`/flows/${id}/stop`, "POST");
    await page.goto(`/flows/${id}?run=${earlier.id}`);
    await card(page, "double").click();
    await button(page, "Test this step").click();
    await expect.poll(newest, { timeout: 20_000 }).not.toBe(earlier.id);
    await seen(inspector.getByText("14"));
  });

  it("complained about nothing", () => {
    expect(app.tab.complaints).toEqual([]);
  });
});

const pane = (page: Page) => page.locator(".react-flow__pane");
