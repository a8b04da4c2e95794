import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, button, card, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, openTab, picture } from "./browser";
import { live } from "./live";

/** What opens over a page or inside it: by what it is opened, and what is seen then. */
type Opening = [name: string, path: string, open: (page: Page) => Promise<void>];

describe.skipIf(!chromiumPath)("what opens over the pages of a server in use", () => {
  let app: App;
  let made: Awaited<ReturnType<typeof live>>;

  beforeAll(async () => {
    app = await startApp();
    made = await live(app);
  }, 180_000);

  afterAll(async () => {
    await app?.close();
  });

  const dialog = (page: Page, name: string) => seen(page.getByRole("dialog", { name }));
  const openings = (): Opening[] => {
    const run = `/flows/${made.desk}/executions/${made.run}`;
    return [
      ["new-flow", "/", async (page) => {
        await button(page, "New flow").click();
        await dialog(page, "New flow");
      }],
      ["palette", "/", async (page) => {
        await seen(page.getByRole("table", { name: "Flows" }));
        await page.keyboard.press("Control+k");
        await dialog(page, "Commands");
      }],
      ["shortcuts", `/flows/${made.desk}/triggers`, async (page) => {
        await seen(page.getByRole("heading", { name: "orders" }));
        await page.keyboard.press("?");
        await dialog(page, "Shortcuts");
      }],
      ["flow-menu", "/", async (page) => {
        await button(page, "More for Order desk").click();
        await seen(page.getByRole("menuitem", { name: "Duplicate" }));
      }],
      ["new-webhook", `/flows/${made.desk}/triggers`, async (page) => {
        await button(page, "Add a trigger").click();
        await dialog(page, "Add a trigger");
      }],
      ["new-schedule", `/flows/${made.desk}/triggers`, async (page) => {
        await button(page, "Add a trigger").click();
        await page.getByRole("radio", { name: "Schedule" }).click();
        await seen(page.getByLabel("Cron"));
      }],
      ["webhook-settings", `/flows/${made.desk}/triggers`, async (page) => {
        await button(page, "More for orders").click();
        await page.getByRole("menuitem", { name: "Settings" }).click();
        await page.getByLabel("Proof").selectOption("header");
        await dialog(page, "Settings of orders");
      }],
      ["test-call", `/flows/${made.desk}/triggers`, async (page) => {
        await page.getByText("Test call").first().click();
        await button(page, "Call it").click();
        await seen(page.getByText(/Answered 202/));
      }],
      ["replay-many", `/flows/${made.failed}/executions`, async (page) => {
        await button(page, "Replay many").click();
        await dialog(page, "Replay many");
      }],
      ["conversations", run, async (page) => {
        await page.getByRole("radio", { name: "Conversations" }).click();
        await seen(page.getByRole("region", { name: "Conversation" }));
      }],
      ["raw", run, async (page) => {
        await page.getByRole("radio", { name: "Raw" }).click();
        await page.locator("summary").nth(2).click();
      }],
      ["bar", run, async (page) => {
        await page.getByRole("option", { name: /clerk/ }).first().click();
        await seen(page.getByRole("complementary", { name: "Details" }).getByText("clerk").first());
      }],
      ["overlay", `/flows/${made.desk}?run=${made.run}`, async (page) => {
        await seen(card(page, "clerk"));
      }],
      ["nothing-found", "/executions?text=nobody-is-called-so", async (page) => {
        await seen(page.getByText("No execution is like that"));
      }],
    ];
  };

  it.each([
    ["dark", 1440],
    ["light", 390],
  ] as const)("fits and can be read, in %s at %i pixels", async (theme, width) => {
    const { page, complaints } = await openTab(app.browser, app.server.url, theme, width);
    for (const [name, path, open] of openings()) {
      // eslint-disable-next-line no-await-in-loop -- one after the other, in one tab
      await page.goto(path);
      // eslint-disable-next-line no-await-in-loop
      await open(page);
      // eslint-disable-next-line no-await-in-loop
      await page.waitForTimeout(300);
      // eslint-disable-next-line no-await-in-loop
      await picture(page, `open-${name}-${theme}-${width}`);
      // eslint-disable-next-line no-await-in-loop
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), name).toBeLessThanOrEqual(0);
      // eslint-disable-next-line no-await-in-loop
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 180_000);

  it("shows that something is on its way, on every page", async () => {
    const { page } = await openTab(app.browser, app.server.url);
    await page.route("**/api/v1/**", (route) => (route.request().url().endsWith("/me") ? route.continue() : undefined));
    const pages = ["/", "/executions", "/approvals", "/alerts", "/usage", "/server", "/settings", ...["executions", `executions/${made.run}`, "triggers", "versions", "settings"].map((one) => `/flows/${made.desk}/${one}`)];
    for (const path of pages) {
      // eslint-disable-next-line no-await-in-loop -- one after the other, in one tab
      await page.goto(path);
      // eslint-disable-next-line no-await-in-loop
      await seen(page.getByRole("status", { name: "Loading" }));
      // eslint-disable-next-line no-await-in-loop
      await picture(page, `loading${path.replaceAll("/", "-").replaceAll(/-[0-9a-f-]{36}/g, "")}`);
    }
    await page.context().close();
  });

  it("draws what models cost, day by day", async () => {
    const { page } = await openTab(app.browser, app.server.url);
    const day = (ago: number) => `${new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)}T00:00:00.000Z`;
    const row = (ago: number, model: string, flowId: string | null) => ({ day: day(ago), model, flowId, calls: 40 - ago, inputTokens: 9_000 * (30 - ago), outputTokens: 2_000 * ((ago % 5) + 1), cost: ((ago * 7) % 11) / 3 });
    await page.route("**/api/v1/llm/usage**", async (route) => {
      const real = (await (await route.fetch()).json()) as object;
      const items = Array.from({ length: 28 }, (_, ago) => [row(ago, "claude-sonnet-4", made.desk), row(ago, "gpt-4.1-mini", made.long), ...(ago % 3 === 0 ? [row(ago, "grok-4", null)] : [])]).flat();
      await route.fulfill({ json: { ...real, items } });
    });
    await page.goto("/usage");
    await seen(page.getByRole("region", { name: "By model" }));
    await picture(page, "usage-with-data");
    await page.getByRole("button", { name: /claude-sonnet-4/ }).click();
    await page.getByRole("img", { name: /days/ }).focus();
    await page.keyboard.press("ArrowLeft");
    await picture(page, "usage-one-model");
    await expectAccessible(page);
    await page.context().close();
  });
});
