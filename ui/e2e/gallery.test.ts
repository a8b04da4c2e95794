import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TEMPLATES } from "../src/templates/templates";
import { type App, button, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, openTab, picture } from "./browser";

const LONG = "Nightly matching of marketplace orders, refunds and chargebacks against the ledger of November";
const FAILING = "organism:\n  name: invoices\nlisteners:\n  - name: fetch\n    description: Asks the ledger\n    handler: http\n    config: {url: \"http://127.0.0.1:9/ledger/2026/november\"}\n    next: out\n  - name: out\n    description: Says it\n    handler: output\n";
const ASKING = `organism:
  name: refunds
listeners:
  - name: ask
    description: Asks
    handler: approval
    config: {message: "Refund {{ input.amount }} € to {{ input.customer }}?", deadline: 2d}
    next: out
  - name: out
    description: Answers
    handler: output
`;

/** A server as it is after some weeks: flows that work, fail and wait, with names of every length. */
async function live(app: App): Promise<{ desk: string; run: string; failed: string; failedRun: string; long: string }> {
  const template = TEMPLATES[0];
  if (!template) throw new Error("the order desk is the first template");
  const send = async <T>(path: string, method: string, body?: unknown): Promise<T> => {
    const answer = await app.api<T & { code?: string }>(path, method, body);
    if (answer?.code !== undefined) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const start = async (name: string, yaml: string, payloads: unknown[]) => {
    const { id } = await send<{ id: string }>("/flows", "POST", { name, organismYaml: yaml });
    await send(`/flows/${id}/start`, "POST");
    const runs: string[] = [];
    // eslint-disable-next-line no-await-in-loop -- one after the other, as they would come
    for (const payload of payloads) runs.push((await send<{ id: string }>(`/flows/${id}/executions/run`, "POST", { inputPayload: payload })).id);
    return { id, run: runs.at(-1) ?? "" };
  };
  const orders = Array.from({ length: 24 }, (_, place) => ({ customer: ["Ada", "Grace", "Alan"][place % 3], price: 10 + place * 7, quantity: (place % 5) + 1 }));
  const desk = await start("Order desk", template.yaml, orders);
  const failing = await start("Invoices of the month", FAILING, Array.from({ length: 11 }, (_, place) => ({ month: place + 1 })));
  const { webhookUrl } = await send<{ webhookUrl: string }>(`/flows/${failing.id}/triggers`, "POST", { name: "month ends", type: "webhook" });
  await fetch(webhookUrl, { method: "POST" });
  const long = await start(LONG, template.yaml, [template.payload]);
  await start("Refunds", ASKING, [{ amount: 120, customer: "Ada Lovelace" }, { amount: 4800, customer: LONG }]);
  const triggers = `/flows/${desk.id}/triggers`;
  await send(triggers, "POST", { name: "orders", type: "webhook" });
  await send(triggers, "POST", { name: "every weekday morning", type: "schedule", config: { cron: "30 7 * * MON-FRI", timezone: "Europe/Oslo" } });
  await send(triggers, "POST", { name: LONG, type: "webhook" });
  await send("/secrets/STRIPE_KEY", "PUT", { value: "a-secret-value", hosts: ["api.stripe.com"] });
  await send("/variables/SHOP_URL", "PUT", { value: `https://shop.example.com/${"orders/".repeat(30)}` });
  await send("/tokens", "POST", { name: LONG, scopes: ["read", "run"] });
  const allFailed = async () => {
    const { items } = await app.api<{ items: { status: string }[] }>(`/flows/${failing.id}/executions`);
    expect(items.map((one) => one.status)).toEqual(Array.from({ length: 12 }, () => "error"));
    expect((await app.api<{ items: unknown[] }>("/alerts")).items).not.toEqual([]);
  };
  await vi.waitFor(allFailed, { timeout: 120_000, interval: 200 });
  return { desk: desk.id, run: desk.run, failed: failing.id, failedRun: failing.run, long: long.id };
}

describe.skipIf(!chromiumPath)("a server that is in use", () => {
  let app: App;
  let made: Awaited<ReturnType<typeof live>>;

  beforeAll(async () => {
    app = await startApp();
    made = await live(app);
  }, 180_000);

  afterAll(async () => {
    await app?.close();
  });

  it("tells of what failed while nobody watched, and leads there", async () => {
    const { page } = app;
    await page.goto("/");
    await page.getByRole("link", { name: /^Alerts, \d+ new$/ }).click();
    await page.getByRole("region", { name: "Failed lately" }).getByRole("link", { name: "Invoices of the month" }).click();
    await seen(page.getByRole("listbox", { name: "Timeline" }));
    await seen(page.getByRole("link", { name: "Alerts", exact: true }));
    await button(page, "Copy the link").click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    await page.reload();
    await seen(page.getByRole("listbox", { name: "Timeline" }));
    await seen(page.getByRole("link", { name: "Alerts", exact: true }));
  });

  it.each([
    ["dark", 1440],
    ["light", 1440],
    ["dark", 390],
    ["light", 390],
  ] as const)("has pages that fit, in %s at %i pixels", async (theme, width) => {
    const { page, complaints } = await openTab(app.browser, app.server.url, theme, width);
    const table = (name: string) => page.getByRole("table", { name });
    const heading = (name: string) => page.getByRole("heading", { name });
    const pages: [name: string, path: string, ready: Locator][] = [
      ["dashboard", "/", table("Flows")],
      ["all-executions", "/executions", table("Executions")],
      ["approvals", "/approvals", page.getByRole("list", { name: "Approvals" })],
      ["alerts", "/alerts", page.getByRole("list", { name: "Alerts" })],
      ["usage", "/usage", page.getByRole("progressbar")],
      ["server", "/server", page.getByRole("region", { name: "Nodes" })],
      ["settings", "/settings", heading("Personal tokens")],
      ["executions", `/flows/${made.desk}/executions`, table("Executions")],
      ["executions-failed", `/flows/${made.failed}/executions`, table("Executions")],
      ["execution", `/flows/${made.desk}/executions/${made.run}`, page.getByRole("listbox", { name: "Timeline" })],
      ["execution-failed", `/flows/${made.failed}/executions/${made.failedRun}`, page.getByRole("listbox", { name: "Timeline" })],
      ["triggers", `/flows/${made.desk}/triggers`, heading("orders")],
      ["versions", `/flows/${made.desk}/versions`, page.getByRole("navigation", { name: "Versions" })],
      ["flow-settings", `/flows/${made.long}/settings`, heading("Secrets")],
      ["not-found", "/flows/0193e2c0-0000-7000-8000-000000000000/executions", page.getByText(/not found|nothing|does not exist/i)],
    ];
    for (const [name, path, ready] of pages) {
      // eslint-disable-next-line no-await-in-loop -- one page after the other, in one tab
      await page.goto(path);
      // eslint-disable-next-line no-await-in-loop
      await seen(ready);
      // eslint-disable-next-line no-await-in-loop
      await page.waitForTimeout(400);
      // eslint-disable-next-line no-await-in-loop
      await picture(page, `live-${name}-${theme}-${width}`);
      // eslint-disable-next-line no-await-in-loop
      expect(await overflow(page), `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      // eslint-disable-next-line no-await-in-loop
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 180_000);
});

/** By how many pixels a page is wider than its window. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
