import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { button, card, seen } from "../app";
import { openTab, settled } from "../browser";
import type { InUse } from "../live";
import { pagesOf } from "../pages";

/** More stops than any page has. */
const MOST_STOPS = 260;

/** The whole interface without a mouse. */
export function keyboard(used: () => InUse): void {
  let page: Page;
  let made: InUse["made"];

  beforeAll(async () => {
    ({ made } = used());
    page = (await openTab(used().app.browser, used().app.server.url)).page;
  });

  it("every control of every page is reached, and the focus is seen on each", async () => {
    const about = { path: "/about", ready: (on: Page) => card(on, "clerk") };
    for (const { path, ready } of [...pagesOf(made.desk, made.run), about]) {
      // eslint-disable-next-line no-await-in-loop -- one page after the other
      await page.goto(path);
      // eslint-disable-next-line no-await-in-loop
      await seen(ready(page));
      // eslint-disable-next-line no-await-in-loop
      await settled(page);
      // eslint-disable-next-line no-await-in-loop
      const { missed, unseen, stops } = await walk(page);
      expect(stops, path).toBeGreaterThan(5);
      expect(unseen, `${path}: no focus is seen on these`).toEqual([]);
      expect(missed, `${path}: Tab does not come to these`).toEqual([]);
    }
  }, 240_000);

  it("a dialog takes the focus and gives it back to where it was opened", async () => {
    await page.goto("/");
    await seen(page.getByRole("table", { name: "Flows" }));
    const opened = async (opener: ReturnType<typeof button>, name: string) => {
      await opener.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name });
      await seen(dialog);
      await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await expect.poll(() => opener.evaluate((element) => element === document.activeElement), { message: `the focus is back after ${name}` }).toBe(true);
    };
    await opened(button(page, "New flow"), "New flow");
    await opened(button(page, "Commands"), "Commands");
    await page.goto(`/flows/${made.failed}/executions`);
    await opened(button(page, "Replay many"), "Replay many");
    await page.goto(`/flows/${made.desk}/triggers`);
    await opened(button(page, "Add a trigger"), "Add a trigger");
    const menu = button(page, "More for orders");
    await menu.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Settings" }).focus();
    await page.keyboard.press("Enter");
    await seen(page.getByRole("dialog", { name: "Settings of orders" }));
    await page.keyboard.press("Escape");
    await expect.poll(() => menu.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("arrow keys choose among a few", async () => {
    await page.goto("/executions");
    await page.getByRole("radio", { name: "All" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL("**/executions?status=running");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.waitForURL("**/executions?status=timeout");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Timed out");
  });

  it("the palette leads to every page, every flow, and what can be done", async () => {
    await page.goto("/");
    await seen(page.getByRole("table", { name: "Flows" }));
    const run = async (words: string) => {
      await page.keyboard.press("Control+k");
      await seen(page.getByRole("dialog", { name: "Commands" }));
      await page.keyboard.type(words);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Commands" }).waitFor({ state: "detached" });
    };
    for (const place of ["executions", "approvals", "alerts", "usage", "server", "settings", "flows"]) {
      // eslint-disable-next-line no-await-in-loop -- one place after the other
      await run(`go to ${place}`);
      // eslint-disable-next-line no-await-in-loop
      await page.waitForURL(place === "flows" ? (url) => url.pathname === "/" : `**/${place}`);
    }
    await run("personal tokens");
    await page.waitForURL("**/settings#tokens");
    await expect.poll(() => page.locator("#tokens").evaluate((element) => element.getBoundingClientRect().top < window.innerHeight / 2)).toBe(true);
    await run("new flow");
    await seen(page.getByRole("dialog", { name: "New flow" }));
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => url.pathname === "/" && url.search === "");
    await run("failed executions");
    await page.waitForURL("**/executions?status=error");
    await run("Order desk");
    await seen(card(page, "clerk"));
    for (const [words, path] of [["executions of this flow", "executions"], ["triggers of this flow", "triggers"], ["versions of this flow", "versions"], ["settings of this flow", "settings"]] as const) {
      // eslint-disable-next-line no-await-in-loop
      await run(words);
      // eslint-disable-next-line no-await-in-loop
      await page.waitForURL(`**/flows/${made.desk}/${path}`);
    }
    await page.goto(`/flows/${made.desk}/executions/${made.run}`);
    await seen(page.getByRole("listbox", { name: "Timeline" }));
    await run("conversations");
    await seen(page.getByRole("region", { name: "Conversation" }));
    await run("light theme");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("light");
    await run("dark theme");
  });

  it("nothing moves for who wishes no motion", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const path of ["/", "/executions", "/approvals", "/about"]) {
      // eslint-disable-next-line no-await-in-loop -- one page after the other
      await page.goto(path);
      // eslint-disable-next-line no-await-in-loop
      await page.waitForTimeout(600);
      // eslint-disable-next-line no-await-in-loop
      await expect.poll(() => page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running").length), { message: path }).toBe(0);
    }
    await page.emulateMedia({ reducedMotion: null });
  });
}

/** Goes over a page with Tab until it begins anew. */
async function walk(page: Page): Promise<{ stops: number; missed: string[]; unseen: string[] }> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
  });
  const unseen = new Set<string>();
  let stops = 0;
  for (; stops < MOST_STOPS; stops += 1) {
    // eslint-disable-next-line no-await-in-loop -- one stop after the other
    await page.keyboard.press("Tab");
    // eslint-disable-next-line no-await-in-loop
    const stop = await page.evaluate(async () => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      if (element.hasAttribute("data-walked")) return null;
      element.setAttribute("data-walked", "");
      const lined = (style: CSSStyleDeclaration) => style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
      const style = getComputedStyle(element);
      const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
      const probe = document.createElement("i");
      probe.style.color = accent;
      document.body.append(probe);
      const isLined = lined(style) || lined(getComputedStyle(element, "::after"));
      // A field's border takes the colour of the accent, not all at once.
      if (!isLined) await new Promise((resolve) => setTimeout(resolve, 150));
      // What is on the canvas shows it by its card, or its line.
      const isDrawn = element.closest(".react-flow__renderer") !== null;
      const isSeen = isLined || isDrawn || style.borderTopColor === getComputedStyle(probe).color;
      probe.remove();
      return { isSeen, name: `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 40)}` };
    });
    if (stop === null) break;
    if (!stop.isSeen) unseen.add(stop.name);
  }
  const missed = await page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>("#root a[href], #root button, #root input, #root select, #root textarea, #root summary");
    const isThere = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
    const isReached = (element: HTMLElement) => element.hasAttribute("data-walked") || element.tabIndex < 0 || element.matches(":disabled");
    return [...controls].filter((element) => isThere(element) && !isReached(element)).map((element) => `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 40)}`);
  });
  return { stops, missed, unseen: [...unseen] };
}
