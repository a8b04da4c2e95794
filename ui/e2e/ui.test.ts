import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TEMPLATES } from "../src/templates/templates";
import { type App, button as buttonOn, card as cardOn, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, openTab, picture } from "./browser";
import { reviewAll } from "./pages";
import { startServer } from "./server";

if (!chromiumPath) process.stderr.write("skipped: no Chromium is here, so the interface is not tried in a browser\n");

let app: App;
let page: Page;
const button = (name: string, on: Page = page) => buttonOn(on, name);
const card = (name: string, on: Page = page) => cardOn(on, name);

const N8N = JSON.stringify({
  name: "Orders from n8n",
  nodes: [
    { name: "Webhook", type: "n8n-nodes-base.webhook", parameters: {} },
    {
      name: "Is Large?",
      type: "n8n-nodes-base.if",
      parameters: { conditions: { conditions: [{ leftValue: "={{ $json.total }}", rightValue: 100, operator: { operation: "gt" } }] } },
    },
    { name: "Sheet", type: "n8n-nodes-base.googleSheets", parameters: {} },
    { name: "Small", type: "n8n-nodes-base.set", parameters: { assignments: { assignments: [{ name: "n", value: "={{ $json.total }}" }] } } },
  ],
  connections: { Webhook: { main: [[{ node: "Is Large?" }]] }, "Is Large?": { main: [[{ node: "Sheet" }], [{ node: "Small" }]] } },
});

describe.skipIf(!chromiumPath)("in a browser, against the real server", () => {
  beforeAll(async () => {
    app = await startApp();
    page = app.page;
  });

  afterAll(async () => {
    await app?.close();
  });

  it("leads a newcomer from nothing to a finished run", async () => {
    await page.goto("/");
    await seen(page.getByRole("heading", { name: "Your first flow" }));
    await picture(page, "first-run");
    await button("Start the order desk").click();
    await seen(card("clerk"));
    await button("Run").click();
    await page.locator('[data-listener="reply"][data-state="done"]').waitFor();
    await page.locator('[data-listener="thanks"][data-state="skipped"]').waitFor();
    await card("clerk").click();
    await seen(page.getByRole("region", { name: "Conversation" }));
    expect(await page.getByRole("complementary", { name: "Inspector" }).textContent()).toContain('"result":135');
    await picture(page, "run-on-the-canvas");
    await expectAccessible(page);
  });

  it("takes every template without an error", async () => {
    for (const template of TEMPLATES) {
      // eslint-disable-next-line no-await-in-loop -- a failure names its template
      const answer = await app.api<{ diagnostics: { severity: string; message: string }[] }>("/flows/validate", "POST", { organismYaml: template.yaml });
      expect(answer.diagnostics, template.id).toEqual([]);
    }
  });

  it("builds webhook, agent with an HTTP tool, and output by hand, runs it and shows the tool's answer", async () => {
    const peer = await listen((_, answer) => answer.writeHead(200, { "content-type": "application/json" }).end('{"weather":"sunny in Bergen"}'));
    await page.goto("/");
    await button("New flow").click();
    await page.getByRole("button", { name: /^Blank/ }).click();
    await seen(card("reply"));
    const add = page.getByRole("searchbox", { name: "Search handlers" });
    await add.fill("agent");
    await add.press("Enter");
    await seen(card("agent"));
    await page.getByLabel("Add to next").selectOption("reply");
    await add.fill("http");
    await add.press("Enter");
    await seen(card("http"));
    await page.getByRole("textbox", { name: "URL" }).fill(`http://127.0.0.1:${(peer.address() as AddressInfo).port}/weather`);
    await button("Arrange").click();
    await drawLine(page.locator('.react-flow__node[data-id="agent"] .react-flow__handle[data-handleid="peers"]'), card("http"));
    await drawLine(page.locator('.react-flow__node[data-id=":trigger"] .react-flow__handle'), card("agent"));
    await page.getByRole("button", { name: "No errors" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    await seen(page.getByRole("dialog", { name: "Run with a payload" }));
    await picture(page, "run-payload");
    await page.keyboard.press("Control+Enter");
    await page.locator('[data-listener="reply"][data-state="done"]').waitFor();
    await card("agent").click();
    await expect.poll(() => page.getByRole("complementary", { name: "Inspector" }).textContent()).toContain("sunny in Bergen");
    await picture(page, "built-by-hand");
    peer.close();
  });

  it("keeps the text and the canvas in step, and undoes both", async () => {
    const id = await app.newFlow("in step", "# kept\norganism:\n  name: a\nlisteners:\n  - name: one\n    description: d # kept too\n    handler: set\n    config: {payload: 1}\n");
    await page.goto(`/flows/${id}?view=split`);
    await seen(card("one"));
    const text = page.getByRole("textbox", { name: "The flow as YAML" });
    await text.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("  - name: two\n    description: e\n    handler: output\n");
    await seen(card("two"));
    await picture(page, "split");
    await card("two").click();
    await page.getByLabel("Name", { exact: true }).fill("last");
    await page.keyboard.press("Enter");
    await seen(card("last"));
    expect(await text.textContent()).toContain("name: last");
    await page.keyboard.press("Escape");
    await page.locator(".react-flow__pane").click({ position: { x: 150, y: 40 } });
    await page.keyboard.press("Control+z");
    await seen(card("two"));
    await page.keyboard.press("Control+Shift+z");
    await seen(card("last"));
    await page.keyboard.press("Control+s");
    await seen(button("Saved"));
    const saved = (await app.api<{ organismYaml: string }>(`/flows/${id}`)).organismYaml;
    expect(saved).toContain("# kept\n");
    expect(saved).toContain("description: d # kept too");
    expect(saved).toContain("name: last");
  });

  it("brings unsaved edits back after the tab was closed", async () => {
    const id = await app.newFlow("draft", "organism:\n  name: a\nlisteners:\n  - name: one\n    description: d\n    handler: output\n");
    await page.goto(`/flows/${id}`);
    await card("one").click();
    await page.getByRole("textbox", { name: "Description" }).fill("edited and not saved");
    await page.reload();
    await seen(page.getByText("Unsaved edits from last time are back"));
    await seen(button("Save"));
    await card("one").click();
    expect(await page.getByRole("textbox", { name: "Description" }).inputValue()).toBe("edited and not saved");
  });

  it("shows what differs when two tabs save, and loses nothing", async () => {
    const id = await app.newFlow("two tabs", "organism:\n  name: a\nlisteners:\n  - name: one\n    description: d\n    handler: output\n");
    await page.goto(`/flows/${id}`);
    await card("one").click();
    await page.getByRole("textbox", { name: "Description" }).fill("mine");
    await app.api(`/flows/${id}`, "PATCH", { organismYaml: "organism:\n  name: a\nlisteners:\n  - name: one\n    description: theirs\n    handler: output\n" });
    await page.keyboard.press("Control+s");
    const dialog = page.getByRole("dialog", { name: "Somebody saved this flow meanwhile" });
    await seen(dialog);
    expect(await dialog.textContent()).toContain("description: theirs");
    await picture(page, "conflict");
    await expectAccessible(page);
    await button("Save mine over it").click();
    await seen(button("Saved"));
    expect((await app.api<{ organismYaml: string }>(`/flows/${id}`)).organismYaml).toContain("description: mine");
  });

  it("imports a workflow of n8n and says what is left to do", async () => {
    await page.goto("/");
    await button("Import").click();
    await page.getByRole("textbox", { name: "The flow as text" }).fill(N8N);
    await seen(page.getByRole("region", { name: "What is left to do" }));
    await seen(page.getByText("Sheet: there is nothing like n8n-nodes-base.googleSheets here"));
    await picture(page, "import");
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
    await seen(card("is-large"));
    await seen(card("result"));
    await page.getByRole("button", { name: "No errors" }).waitFor();
  });

  it("makes a token and shows it once", async () => {
    await page.goto("/settings");
    await page.locator("#tokens").getByLabel("Name").fill("from a test");
    await button("Make a token").click();
    await seen(page.locator("[data-token]"));
    expect(await page.locator("[data-token]").textContent()).toMatch(/^blx_/);
    await page.locator("#tokens").scrollIntoViewIfNeeded();
    await picture(page, "token-shown-once");
    await expectAccessible(page);
    await page.reload();
    await seen(page.getByText("from a test"));
    expect(await page.locator("[data-token]").count()).toBe(0);
  });

  it("fires a webhook from its page", async () => {
    const flows = await app.api<{ items: { id: string; name: string }[] }>("/flows");
    const id = flows.items.find((flow) => flow.name === "Order desk")?.id ?? "";
    await page.goto(`/flows/${id}/triggers`);
    await page.getByRole("button", { name: "Add a trigger" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("orders");
    await button("Add").click();
    await page.getByText("Test call").click();
    await button("Call it").click();
    await seen(page.getByText(/Answered 200/));
    await picture(page, "triggers");
  });

  it("asks the callers of a webhook for a signature, and gives it another address", async () => {
    const id = await app.newFlow("signed", "organism:\n  name: a\nlisteners:\n  - name: one\n    description: d\n    handler: output\n");
    await app.api(`/flows/${id}/start`, "POST");
    await app.api(`/flows/${id}/secrets/GITHUB_KEY`, "PUT", { value: "from-the-page-of-github" });
    const { webhookUrl } = await app.api<{ webhookUrl: string }>(`/flows/${id}/triggers`, "POST", { name: "pushes", type: "webhook" });
    await page.goto(`/flows/${id}/triggers`);
    await button("More for pushes").click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await page.getByLabel("Proof").selectOption("github");
    await page.getByLabel("Signed with the secret").selectOption("GITHUB_KEY");
    await expectAccessible(page);
    await picture(page, "webhook-settings");
    await button("Save").click();
    await seen(page.getByText("signed requests only"));
    await page.getByText("Test call").click();
    await button("Call it").click();
    await seen(page.getByText(/Answered 401/));
    await button("More for pushes").click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await page.getByLabel("Proof").selectOption("header");
    expect(await page.getByLabel("Holds the secret").inputValue()).toBe("GITHUB_KEY");
    await page.getByLabel("Header", { exact: true }).fill("X-Shop-Key");
    await page.getByLabel("Addresses that may call").fill("nowhere");
    await button("Save").click();
    await seen(page.getByRole("alert").filter({ hasText: "neither an address nor a network" }));
    await page.getByLabel("Addresses that may call").fill("127.0.0.0/8\n::1");
    await picture(page, "webhook-header");
    await expectAccessible(page);
    await button("Save").click();
    await seen(page.getByText("from 2 addresses only"));
    const call = async (key: string) => (await fetch(webhookUrl, { method: "POST", headers: { "x-shop-key": key } })).status;
    expect([await call("a guess"), await call("from-the-page-of-github")]).toEqual([401, 202]);
    await button("More for pushes").click();
    await page.getByRole("menuitem", { name: "New address" }).click();
    await page.getByText(webhookUrl).waitFor({ state: "detached" });
    expect((await fetch(webhookUrl, { method: "POST" })).status).toBe(404);
  });

  it("puts a schedule together and shows when it fires next", async () => {
    const id = await app.newFlow("mornings", "organism:\n  name: a\nlisteners:\n  - name: one\n    description: d\n    handler: output\n");
    await page.goto(`/flows/${id}/triggers`);
    await page.getByRole("button", { name: "Add a trigger" }).first().click();
    await page.getByRole("radio", { name: "Schedule" }).click();
    await page.getByLabel("Repeats").selectOption("week");
    await button("Fri").click();
    await page.getByLabel("At", { exact: true }).fill("07:30");
    expect(await page.getByLabel("Cron").inputValue()).toBe("30 7 * * MON,TUE,WED,THU");
    await picture(page, "schedule");
    await expectAccessible(page);
    await button("Add").click();
    await seen(page.getByRole("heading", { name: "Next firings" }));
  });

  it("takes a deletion back", async () => {
    await app.newFlow("to be deleted", "organism: {name: a}\nlisteners: []\n");
    await page.goto("/");
    await button("More for to be deleted").click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("link", { name: "to be deleted" }).waitFor({ state: "detached" });
    await picture(page, "deleted-with-undo");
    await button("Undo").click();
    await seen(page.getByRole("link", { name: "to be deleted" }));
  });

  it.each([1440, 390])("pages with nothing on them can be read, in both themes at %i pixels", async (width) => {
    const other = await openTab(app.browser, app.server.url, width);
    await reviewAll(other.page.context(), [
      { name: "no-approvals", path: "/approvals", ready: (page) => page.getByRole("heading", { name: "Nothing waits for you" }) },
      { name: "no-alerts", path: "/alerts", ready: (page) => page.getByRole("heading", { name: "Nothing to worry about" }) },
    ]);
    expect(other.complaints).toEqual([]);
    await other.page.context().close();
  });

  it("asks strangers for a token, and says when it is wrong", async () => {
    const closed = await startServer("production");
    const other = await openTab(app.browser, closed.url);
    await other.page.goto("/");
    await seen(other.page.getByRole("heading", { name: /^Teams of AI agents/ }));
    await other.page.locator('[data-listener="reply"][data-state="done"]').waitFor();
    // The canvas and its text show the same, whichever is clicked.
    const chosen = other.page.locator(".cm-chosen");
    await other.page.locator('[data-listener="clerk"]').click();
    await seen(chosen.filter({ hasText: "name: clerk" }));
    await other.page.locator(".cm-line", { hasText: "name: thanks" }).click();
    await other.page.locator('.react-flow__node.selected[data-id="thanks"]').waitFor();
    await picture(other.page, "about-stranger");
    await expectAccessible(other.page);
    await button("Sign in", other.page).click();
    await other.page.getByLabel("Personal token").fill("blx_wrong");
    await button("Sign in", other.page).click();
    await seen(other.page.getByRole("alert"));
    await picture(other.page, "sign-in");
    await expectAccessible(other.page);
    await other.page.getByLabel("Personal token").fill(closed.token ?? "");
    await button("Sign in", other.page).click();
    await seen(other.page.getByRole("heading", { name: "Your first flow" }));
    expect(other.complaints).toEqual([]);
    await other.page.context().close();
    await closed.stop();
  });

  it("shows strangers what the server really says about the lines of the demo", async () => {
    const [organismYaml, recorded] = await Promise.all([
      readFile(new URL("../src/templates/texts/order-desk.yaml", import.meta.url), "utf8"),
      readFile(new URL("../src/runs/order-desk.fits.json", import.meta.url), "utf8"),
    ]);
    const id = await app.newFlow("Order desk of the demo", organismYaml);
    await app.api(`/flows/${id}/start`, "POST");
    await app.api(`/flows/${id}/executions/run`, "POST", { inputPayload: { customer: "Ada", price: 25, quantity: 6 } });
    const said = async () => (await app.api<{ edges: unknown }>(`/flows/${id}/fit`, "POST", { organismYaml })).edges;
    await expect.poll(said, { timeout: 20_000 }).toEqual(JSON.parse(recorded));
  });

  it("complained about nothing on the way", () => {
    expect(app.tab.complaints).toEqual([]);
  });
});

async function drawLine(from: Locator, to: Locator): Promise<void> {
  await from.page().waitForTimeout(250);
  const [start, end] = await Promise.all([from.boundingBox(), to.boundingBox()]);
  if (!start || !end) throw new Error("a line needs two ends");
  const { mouse } = from.page();
  await mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await mouse.down();
  await mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 8 });
  await mouse.up();
}

function listen(answer: RequestListener): Promise<HttpServer> {
  return new Promise((resolve) => {
    const peer = createServer(answer).listen(0, "127.0.0.1", () => resolve(peer));
  });
}
