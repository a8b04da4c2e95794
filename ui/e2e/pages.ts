import type { BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { seen } from "./app";
import { expectAccessible, picture, RULES_OF_COLOUR, settled } from "./browser";

/** A page of the interface, and what is seen on it once it is there. */
export interface Place {
  name: string;
  path: string;
  ready(page: Page): Locator;
}

const table = (name: string) => (page: Page) => page.getByRole("table", { name });
const listOr = (name: string, nothing: string) => (page: Page) => page.getByRole("list", { name, exact: true }).or(page.getByRole("heading", { name: nothing }));
const values = (page: Page) => page.locator("#secrets ul, #secrets p.border-dashed");

/** The pages over all flows. */
const HOUSE: Place[] = [
  { name: "dashboard", path: "/", ready: table("Flows") },
  { name: "all-executions", path: "/executions", ready: table("Executions") },
  { name: "approvals", path: "/approvals", ready: listOr("Approvals", "Nothing waits for you") },
  { name: "alerts", path: "/alerts", ready: listOr("Alerts", "Nothing to worry about") },
  { name: "usage", path: "/usage", ready: (page) => page.getByRole("progressbar") },
  { name: "server", path: "/server", ready: (page) => page.getByRole("region", { name: "Nodes" }) },
  { name: "settings", path: "/settings", ready: values },
];

/** Every page but the editor; those of a flow with a trigger, and of one of its executions. */
export function pagesOf(flow: string, run: string): Place[] {
  return [
    ...HOUSE,
    { name: "executions", path: `/flows/${flow}/executions`, ready: table("Executions") },
    { name: "execution", path: `/flows/${flow}/executions/${run}`, ready: (page) => page.getByRole("listbox", { name: "Timeline" }) },
    { name: "triggers", path: `/flows/${flow}/triggers`, ready: (page) => page.getByRole("main").getByRole("listitem").getByRole("heading") },
    { name: "versions", path: `/flows/${flow}/versions`, ready: (page) => page.getByRole("navigation", { name: "Versions" }) },
    { name: "flow-settings", path: `/flows/${flow}/settings`, ready: values },
  ];
}

/** Does the same with every page, each in a tab of its own, a few at a time: while one loads or waits, others work. */
export async function inTabs<T extends { path: string }>(context: BrowserContext, places: T[], work: (page: Page, place: T) => Promise<void>, atATime = 3): Promise<void> {
  const left = [...places];
  const worker = async () => {
    for (let place = left.shift(); place; place = left.shift()) {
      // eslint-disable-next-line no-await-in-loop -- one page after the other, as many at a time as there are workers
      const page = await context.newPage();
      // eslint-disable-next-line no-await-in-loop
      await page.goto(place.path);
      // eslint-disable-next-line no-await-in-loop
      await work(page, place);
      // eslint-disable-next-line no-await-in-loop
      await page.close();
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

/** Opens every page in a tab of its own, all side by side. */
export function openEach(context: BrowserContext, places: Place[]): Promise<(Place & { page: Page })[]> {
  return Promise.all(
    places.map(async (place) => {
      const page = await context.newPage();
      await page.goto(place.path);
      return { ...place, page };
    }),
  );
}

/** Looks at a page in both themes: nothing is wider than the window or hard to read, and there are pictures for a reviewer. */
export async function review(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width;
  await settled(page);
  await picture(page, `${name}-dark-${width}`);
  expect(await overflow(page), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.evaluate(() => (document.documentElement.dataset["theme"] = "light"));
  await settled(page);
  await picture(page, `${name}-light-${width}`);
  await expectAccessible(page, RULES_OF_COLOUR);
}

/** Opens pages and looks at each. */
export function reviewAll(context: BrowserContext, places: Place[]): Promise<void> {
  return inTabs(context, places, async (page, { name, ready }) => {
    await seen(ready(page));
    await review(page, name);
  });
}

/** By how many pixels a page is wider than its window. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
