import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, boxOf, button, card, clickLine, drag, rowOf, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, picture } from "./browser";

const LOOKS = `organism:
  name: looks
listeners:
  - name: ask
    description: Brings a number
    handler: set
    config: {payload: {orderId: 7, note: hello}}
    next: look
  - name: look
    description: Looks the order up
    handler: set
    input: {type: object, required: [order_id], properties: {order_id: {type: integer}}}
    config: {payload: "order {{ input.order_id }}"}
    next: out
  - name: out
    description: Says it
    handler: output
`;

const BILLS = `organism:
  name: bills
listeners:
  - name: bill
    description: Brings an amount as a text
    handler: set
    config: {payload: {total: "12.5", order_id: A7}}
    next: rest
  - name: rest
    description: Hands it on after a while
    handler: delay
    config: {for: 10ms}
    next: pay
  - name: pay
    description: Takes the amount as a number
    handler: set
    input: {type: object, required: [total, orderId], properties: {total: {type: number}, orderId: {type: string}}}
    # what is paid
    config: {payload: "{{ input.orderId }} {{ input.total + 1 }}"}
    next: out
  - name: out
    description: Says it
    handler: output
`;

describe.skipIf(!chromiumPath)("the editor", () => {
  let app: App;
  let page: Page;

  beforeAll(async () => {
    app = await startApp();
    page = app.page;
    // The first visit brings code and fonts.
    await page.goto("/");
  });

  afterAll(async () => app?.close());

  it.each([1, 8, 10])("opens on all of a flow of %i listeners and moves nothing afterwards", async (count) => {
    await app.openFlow(`row of ${count}`, rowOf(count));
    await seen(card(page, `l${count - 1}`));
    const first = await boxOf(card(page, "l0"));
    const pane = await boxOf(page.locator(".react-flow"));
    for (const name of ["l0", `l${count - 1}`]) {
      // eslint-disable-next-line no-await-in-loop -- one card after the other
      const box = await boxOf(card(page, name));
      expect(box.x).toBeGreaterThanOrEqual(pane.x);
      expect(box.x + box.width).toBeLessThanOrEqual(pane.x + pane.width);
    }
    await page.getByRole("button", { name: "No errors" }).waitFor();
    expect(await boxOf(card(page, "l0"))).toEqual(first);
    await picture(page, `editor-row-${count}`);
  });

  it("maps what a listener gives to what the next one wants", async () => {
    const id = await app.openFlow("looks", LOOKS);
    await seen(card(page, "look"));
    const line = page.locator('[data-id="ask next look"]');
    await expect.poll(() => line.getAttribute("aria-label"), { timeout: 20_000 }).toContain("a mapping is proposed");
    await clickLine(page, "ask next look");
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await seen(inspector.getByText("orderId is the same name, written another way."));
    expect(await inspector.getByLabel("order_id, integer").inputValue()).toBe("orderId");
    await picture(page, "mapping");
    await expectAccessible(page);
    await button(page, "Map the fields").click();
    await seen(card(page, "ask-to-look"));
    await page.locator('[data-id="ask-to-look next look"][aria-label*="and it fits"]').waitFor({ state: "attached" });
    await clickLine(page, "ask-to-look next look");
    await inspector.getByLabel("Another field").fill("why");
    await inspector.getByRole("button", { name: "Add", exact: true }).click();
    await inspector.getByRole("combobox", { name: /^why/ }).selectOption("note");
    await button(page, "Change the mapping").click();
    const text = await app.savedText(id);
    expect(text).toContain('order_id: "{{ input.orderId }}"');
    expect(text).toContain('why: "{{ input.note }}"');
    expect(await app.outputOf(id)).toBe('"order 7"');
  });

  it("shows a field that does not fit in red, says why, and mends the text with one click", async () => {
    const id = await app.openFlow("bills", BILLS);
    await seen(card(page, "pay"));
    const tipOf = (line: string) => page.locator(`[data-id="${line}"] path.react-flow__edge-path`).getAttribute("marker-end");
    await page.locator('[data-id="rest next pay"][aria-label*="and it does not fit"]').waitFor({ state: "attached" });
    expect(await tipOf("rest next pay")).toContain("failed");
    await clickLine(page, "rest next pay");
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await seen(inspector.getByText("total is a text where a number is wanted.", { exact: true }));
    await seen(inspector.getByText("order_id is the same name, written another way."));
    await picture(page, "fit-red");
    await expectAccessible(page);
    await button(page, "Take {{ input.total | float }}").click();
    await seen(card(page, "rest-to-pay"));
    await page.locator('[data-id="rest-to-pay next pay"][aria-label*="and it fits"]').waitFor({ state: "attached" });
    await page.locator('[data-id="rest next rest-to-pay"][aria-label*="and it fits"]').waitFor({ state: "attached" });
    expect(await tipOf("rest-to-pay next pay")).toContain("success");
    await seen(inspector.getByText("Everything that is required arrives."));
    await picture(page, "fit-green");
    const text = await app.savedText(id);
    expect(text).toContain('total: "{{ input.total | float }}"');
    expect(text).toContain("# what is paid");
    expect(await app.outputOf(id)).toBe('"A7 13.5"');
  });

  it("keeps notes beside the flow: written, moved, saved, taken away, and brought back", async () => {
    const id = await app.openFlow("notes", LOOKS);
    await seen(card(page, "look"));
    await button(page, "Add a note").click();
    await page.getByRole("textbox", { name: "Note" }).fill("Ask Ada about this");
    await page.keyboard.press("Escape");
    const note = page.locator("[data-note]");
    await seen(note.getByText("Ask Ada about this"));
    const before = await boxOf(note);
    await drag(page, { x: before.x + 20, y: before.y + 20 }, { x: before.x + 60, y: before.y + 300 });
    await expect.poll(async () => (await boxOf(note)).y, { timeout: 20_000 }).toBeGreaterThan(before.y + 60);
    await picture(page, "note");
    await expectAccessible(page);
    await page.keyboard.press("Control+s");
    await seen(button(page, "Saved"));
    const moved = await boxOf(note);
    await page.reload();
    await seen(note.getByText("Ask Ada about this"));
    expect((await app.api<{ organismYaml: string }>(`/flows/${id}`)).organismYaml).toBe(LOOKS);
    expect((await boxOf(note)).y).toBeGreaterThan(before.y + 60);
    expect(moved.width).toBeCloseTo(before.width, 1);
    await note.dblclick();
    await page.getByRole("textbox", { name: "Note" }).fill("Ask Grace");
    await page.keyboard.press("Escape");
    await seen(note.getByText("Ask Grace"));
    await note.click();
    await page.keyboard.press("Delete");
    await note.waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await seen(note.getByText("Ask Grace"));
    await page.keyboard.press("Control+z");
    await seen(note.getByText("Ask Ada about this"));
  });

  it("completes the text by where it stands, and says what words mean", async () => {
    await app.openFlow("written", LOOKS, "?view=yaml");
    const text = page.getByRole("textbox", { name: "The flow as YAML" });
    await text.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("  - name: call\n    description: d\n    handler: http\n    config:\n      ");
    await page.keyboard.type("meth");
    await seen(page.getByRole("option", { name: /^method/ }));
    await picture(page, "completion");
    await page.getByRole("option", { name: /^method/ }).first().click();
    await page.keyboard.type("PO");
    await seen(page.getByRole("option", { name: /^POST/ }));
    await page.getByRole("option", { name: /^POST/ }).first().click();
    await page.keyboard.insertText("\n    next: ");
    await page.keyboard.type("ou");
    await seen(page.getByRole("option", { name: /^out/ }));
    await page.getByRole("option", { name: /^out/ }).first().click();
    expect(await text.textContent()).toMatch(/method: POST.*next: out/);
    await page.locator(".cm-line", { hasText: "handler: http" }).getByText("http").hover();
    await seen(page.locator(".cm-meaning"));
  });

  it("brings what is written into the text into sight, and whom the cursor stands on", async () => {
    const id = await app.newFlow("out of sight", rowOf(12));
    await page.goto(`/flows/${id}?view=split`);
    await seen(card(page, "l11"));
    const text = page.getByRole("textbox", { name: "The flow as YAML" });
    await page.getByRole("button", { name: "Zoom in" }).click({ clickCount: 4 });
    const isSeen = (name: string) => async () => {
      const [pane, box] = [await boxOf(page.locator(".react-flow")), await card(page, name).boundingBox()];
      return box !== null && box.x >= pane.x && box.y >= pane.y && box.x + box.width <= pane.x + pane.width && box.y + box.height <= pane.y + pane.height;
    };
    await text.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("  - name: later\n    description: d\n    handler: output\n");
    await seen(card(page, "later"));
    await expect.poll(isSeen("later"), { timeout: 20_000 }).toBe(true);
    await expect.poll(isSeen("l0"), { timeout: 20_000 }).toBe(false);
    await page.keyboard.press("Control+Home");
    await page.locator(".cm-line", { hasText: "name: l0" }).click();
    await expect.poll(isSeen("l0"), { timeout: 20_000 }).toBe(true);
  });

  it("names a flow, also when it is saved in the same breath", async () => {
    const id = await app.openFlow("Untitled flow", rowOf(3));
    await seen(card(page, "l2"));
    const start = await boxOf(card(page, "l1"));
    await drag(page, { x: start.x + 40, y: start.y + 12 }, { x: start.x + 40, y: start.y + 132 });
    await page.locator(".react-flow__pane").click({ position: { x: 300, y: 30 } });
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Orders of May");
    await button(page, "Save").click();
    await seen(button(page, "Saved"));
    await seen(page.getByRole("heading", { name: "Orders of May", level: 1 }));
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect((await app.api<{ name: string }>(`/flows/${id}`)).name).toBe("Orders of May");
  });

  it("puts what is selected in a line", async () => {
    await app.openFlow("crooked", rowOf(3));
    await seen(card(page, "l2"));
    const start = await boxOf(card(page, "l1"));
    await drag(page, { x: start.x + 40, y: start.y + 12 }, { x: start.x + 40, y: start.y + 132 });
    await page.locator(".react-flow__pane").click({ position: { x: 300, y: 30 } });
    await page.keyboard.press("Control+a");
    await button(page, "Align top").click();
    const top = async (name: string) => Math.round((await boxOf(card(page, name))).y);
    await expect.poll(async () => (await top("l1")) - (await top("l0")), { timeout: 20_000 }).toBe(0);
  });

  it("tries one listener alone, and pins what it answered", async () => {
    const id = await app.openFlow("tried", LOOKS);
    await card(page, "ask").click();
    await button(page, "Test this step").click();
    await page.locator('[data-listener="ask"][data-state="done"]').waitFor();
    await button(page, "Pin its output").click();
    await seen(card(page, "ask").getByText("Pinned"));
    await expect.poll(() => app.api<{ listener: string; output: unknown }[]>(`/flows/${id}/pins`), { timeout: 20_000 }).toMatchObject([{ listener: "ask", output: { orderId: 7, note: "hello" } }]);
    await picture(page, "pinned");
    await expectAccessible(page);
    await button(page, "Choose the payload").click();
    await page.getByRole("dialog").getByRole("button", { name: "Test", exact: true }).click();
    const newest = async () => (await app.api<{ items: { triggerType: string; status: string }[] }>(`/flows/${id}/executions`)).items;
    await expect.poll(newest, { timeout: 20_000 }).toMatchObject([{ triggerType: "test", status: "error" }, { triggerType: "test", status: "success" }]);
    expect((await app.api<{ status: string }>(`/flows/${id}`)).status).toBe("stopped");
    await page.locator('[data-listener="look"][data-state="failed"]').waitFor();
    await card(page, "ask").click();
    await button(page, "Unpin its output").click();
    await card(page, "ask").getByText("Pinned").waitFor({ state: "detached" });
    expect(await app.api<unknown[]>(`/flows/${id}/pins`)).toEqual([]);
  });

  it("complained about nothing", () => {
    expect(app.tab.complaints).toEqual([]);
  });
});
