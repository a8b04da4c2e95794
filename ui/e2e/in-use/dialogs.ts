import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { button, card, seen } from "../app";
import { expectAccessible, openTab, picture } from "../browser";
import type { InUse } from "../live";
import { inTabs, pagesOf, review } from "../pages";

/** What opens over a page or inside it: by what it is opened, and what is seen then. */
interface Opening {
  name: string;
  path: string;
  open(page: Page): Promise<void>;
}

/** What opens over the pages, and what stands there while they load. */
export function dialogs(used: () => InUse): void {
  it.each([1440, 390])("has dialogs that fit and can be read, in both themes at %i pixels", async (width) => {
    const { app } = used();
    const { page, complaints } = await openTab(app.browser, app.server.url, width);
    await inTabs(page.context(), openings(used()), async (page, { name, open }) => {
      await open(page);
      await review(page, `open-${name}`);
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 180_000);

  it("shows that something is on its way, on every page", async () => {
    const { app, made } = used();
    const context = (await openTab(app.browser, app.server.url)).page.context();
    await context.route("**/api/v1/**", (route) => (route.request().url().endsWith("/me") ? route.continue() : undefined));
    await inTabs(context, pagesOf(made.desk, made.run), async (page, { name }) => {
      await seen(page.getByRole("status", { name: "Loading" }));
      await picture(page, `loading-${name}`);
    });
    await context.close();
  });

  it("draws what models cost, day by day", async () => {
    const { app, made } = used();
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
}

const dialog = (page: Page, name: string) => seen(page.getByRole("dialog", { name }));
const openings = ({ made }: InUse): Opening[] => {
  const run = `/flows/${made.desk}/executions/${made.run}`;
  return [
    { name: "new-flow", path: "/", open: async (page) => {
      await button(page, "New flow").click();
      await dialog(page, "New flow");
    } },
    { name: "palette", path: "/", open: async (page) => {
      await seen(page.getByRole("table", { name: "Flows" }));
      await page.keyboard.press("Control+k");
      await dialog(page, "Commands");
    } },
    { name: "shortcuts", path: `/flows/${made.desk}/triggers`, open: async (page) => {
      await seen(page.getByRole("heading", { name: "orders" }));
      await page.keyboard.press("?");
      await dialog(page, "Shortcuts");
    } },
    { name: "flow-menu", path: "/", open: async (page) => {
      await button(page, "More for Order desk").click();
      await seen(page.getByRole("menuitem", { name: "Duplicate" }));
    } },
    { name: "new-webhook", path: `/flows/${made.desk}/triggers`, open: async (page) => {
      await button(page, "Add a trigger").click();
      await dialog(page, "Add a trigger");
    } },
    { name: "new-schedule", path: `/flows/${made.desk}/triggers`, open: async (page) => {
      await button(page, "Add a trigger").click();
      await page.getByRole("radio", { name: "Schedule" }).click();
      await seen(page.getByLabel("Cron"));
    } },
    { name: "webhook-settings", path: `/flows/${made.desk}/triggers`, open: async (page) => {
      await button(page, "More for orders").click();
      await page.getByRole("menuitem", { name: "Settings" }).click();
      await page.getByLabel("Proof").selectOption("header");
      await dialog(page, "Settings of orders");
    } },
    { name: "test-call", path: `/flows/${made.desk}/triggers`, open: async (page) => {
      await page.getByText("Test call").first().click();
      await button(page, "Call it").click();
      await seen(page.getByText(/Answered 202/));
    } },
    { name: "replay-many", path: `/flows/${made.failed}/executions`, open: async (page) => {
      await button(page, "Replay many").click();
      await dialog(page, "Replay many");
    } },
    { name: "conversations", path: run, open: async (page) => {
      await page.getByRole("radio", { name: "Conversations" }).click();
      await seen(page.getByRole("region", { name: "Conversation" }));
    } },
    { name: "raw", path: run, open: async (page) => {
      await page.getByRole("radio", { name: "Raw" }).click();
      await page.locator("summary").nth(2).click();
    } },
    { name: "bar", path: run, open: async (page) => {
      await page.getByRole("option", { name: /clerk/ }).first().click();
      await seen(page.getByRole("complementary", { name: "Details" }).getByText("clerk").first());
    } },
    { name: "overlay", path: `/flows/${made.desk}?run=${made.run}`, open: async (page) => {
      await seen(card(page, "clerk"));
    } },
    { name: "nothing-found", path: "/executions?text=nobody-is-called-so", open: async (page) => {
      await seen(page.getByText("No execution matches"));
    } },
  ];
};
