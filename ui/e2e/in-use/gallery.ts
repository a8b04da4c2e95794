import { expect, it } from "vitest";
import { button, card, seen } from "../app";
import { openTab, picture } from "../browser";
import type { InUse } from "../live";
import { type Place, pagesOf, reviewAll } from "../pages";

/** Every page, as somebody sees it who has used the server for some weeks. */
export function gallery(used: () => InUse): void {
  it("tells of what failed while nobody watched, and leads there", async () => {
    const { page } = used().app;
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
    const { page } = used().app;
    const refunds = page.getByRole("row").filter({ hasText: "Refunds" });
    for (const path of ["/", "/executions?status=running", `/flows/${used().made.asking}/executions`]) {
      // eslint-disable-next-line no-await-in-loop -- one page after the other, in one tab
      await page.goto(path);
      const row = path.startsWith("/flows") ? page.getByRole("row") : refunds;
      // eslint-disable-next-line no-await-in-loop
      await seen(row.filter({ hasText: "Waiting" }));
    }
    await page.getByRole("row").getByRole("link").first().click();
    await seen(page.getByRole("main").getByText("for a person", { exact: true }));
    await picture(page, "waiting");
  });

  it("finds an alert and a question among many, and keeps in the address what is looked for", async () => {
    const { page } = used().app;
    await page.goto("/alerts");
    const alerts = page.getByRole("list", { name: "Alerts", exact: true }).getByRole("listitem");
    await seen(alerts);
    await page.getByLabel("Kind").selectOption("tokens");
    await seen(page.getByRole("heading", { name: "No alert matches" }));
    await picture(page, "alerts-none-like-it");
    await button(page, "Show all").click();
    await page.getByRole("searchbox", { name: "Text" }).fill("INVOICES");
    await seen(alerts.filter({ hasText: "Invoices of the month" }));
    await page.waitForURL("**/alerts?text=INVOICES");
    await page.reload();
    await seen(alerts.filter({ hasText: "Invoices of the month" }));

    await page.goto("/approvals");
    const questions = page.getByRole("list", { name: "Approvals" }).getByRole("listitem");
    await expect.poll(() => questions.count()).toBe(2);
    await page.getByRole("searchbox", { name: "Text" }).fill("lovelace");
    await expect.poll(() => questions.count()).toBe(1);
    await page.getByLabel("Due").selectOption("hour");
    await seen(page.getByRole("heading", { name: "No question matches" }));
    await page.getByLabel("Due").selectOption("week");
    await expect.poll(() => questions.count()).toBe(1);
    await picture(page, "approvals-found");
  });

  it.each([1440, 390])("has pages that fit and can be read, in both themes at %i pixels", async (width) => {
    const { app, made } = used();
    const { page, complaints } = await openTab(app.browser, app.server.url, width);
    const named = (name: string, place: Partial<Place>) => ({ ...pagesOf(made.failed, made.failedRun).find((one) => one.name === name), ...place }) as Place;
    await reviewAll(page.context(), [
      ...pagesOf(made.desk, made.run),
      named("executions", { name: "executions-failed" }),
      named("execution", { name: "execution-failed" }),
      { name: "flow-settings-long", path: `/flows/${made.long}/settings`, ready: (page) => page.getByRole("heading", { name: "Secrets" }) },
      { name: "editor", path: `/flows/${made.desk}`, ready: (page) => card(page, "clerk") },
      { name: "yaml", path: `/flows/${made.desk}?view=yaml`, ready: (page) => page.locator(".cm-content") },
      { name: "about", path: "/about", ready: (page) => card(page, "clerk") },
      { name: "not-found", path: "/flows/0193e2c0-0000-7000-8000-000000000000/executions", ready: (page) => page.getByText(/not found|nothing|does not exist/i) },
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 180_000);
}
