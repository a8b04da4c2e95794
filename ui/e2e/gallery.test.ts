import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, button, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, openTab, picture } from "./browser";
import { live } from "./live";

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

  it("says of a run that only waits that it does, wherever the run stands", async () => {
    const { page } = app;
    const refunds = page.getByRole("row").filter({ hasText: "Refunds" });
    for (const path of ["/", "/executions?status=running", `/flows/${made.asking}/executions`]) {
      // eslint-disable-next-line no-await-in-loop -- one page after the other, in one tab
      await page.goto(path);
      const row = path.startsWith("/flows") ? page.getByRole("row") : refunds;
      // eslint-disable-next-line no-await-in-loop
      await seen(row.filter({ hasText: "Waiting" }));
    }
    await page.getByRole("row").first().getByRole("link").click();
    await seen(page.getByRole("main").getByText("for a person", { exact: true }));
    await picture(page, "waiting");
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
