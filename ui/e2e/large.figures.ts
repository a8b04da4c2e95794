import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { openBrowser, openTab } from "./browser";
import { type Server, startServer } from "./server";

/** The size that a flow must stay pleasant at. */
const LISTENERS = 500;
const EDGES = 800;

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  page = (await openTab(browser, server.url)).page;
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it(`${LISTENERS} listeners and ${EDGES} edges`, async () => {
  const answer = await fetch(`${server.url}/api/v1/flows`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "large", organismYaml: largeText() }),
  });
  const { id } = (await answer.json()) as { id: string };
  await page.goto("/");
  await page.getByRole("link", { name: "large" }).waitFor();
  // The code is there from a visit before; what is measured is the flow.
  await page.goto(`/flows/${id}`);
  await page.locator(".react-flow__node").first().waitFor();
  const began = Date.now();
  await page.goto(`/flows/${id}`);
  await page.locator(".react-flow__node").first().waitFor();
  const openMs = Date.now() - began;
  await page.waitForTimeout(1_000);
  const panMs = await frames(page, async () => {
    await page.mouse.move(600, 500);
    await page.mouse.down({ button: "middle" });
    for (let step = 0; step < 60; step += 1) await page.mouse.move(600 - step * 6, 500 - step * 2);
    await page.mouse.up({ button: "middle" });
  });
  const node = await page.locator(".react-flow__node-card").nth(2).boundingBox();
  const dragMs = await frames(page, async () => {
    await page.mouse.move((node?.x ?? 0) + 60, (node?.y ?? 0) + 20);
    await page.mouse.down();
    for (let step = 0; step < 60; step += 1) await page.mouse.move((node?.x ?? 0) + 60 + step * 3, (node?.y ?? 0) + 20 + step * 2);
    await page.mouse.up();
  });
  await page.goto(`/flows/${id}?view=split`);
  const text = page.getByRole("textbox", { name: "The flow as YAML" });
  await text.click();
  await page.waitForTimeout(500);
  await page.keyboard.press("Control+End");
  const keyMs = await keys(page, "# typed at the end, as quick as it goes");
  const pausesMs = await tasks(page, async () => {
    await page.keyboard.type(" with pauses, in which the text is read", { delay: 180 });
  });
  const lines = [
    `opens in ${openMs} ms`,
    `panning: ${said(panMs)}`,
    `dragging: ${said(dragMs)}`,
    `a key in the text, until it is seen: median ${median(keyMs).toFixed(0)} ms, worst ${Math.max(...keyMs).toFixed(0)} ms, over 50 ms ${keyMs.filter((ms) => ms > 50).length} of ${keyMs.length}`,
    `typing with pauses: the longest task ${Math.max(...pausesMs) > 0 ? `${Math.max(...pausesMs).toFixed(0)} ms` : "under 50 ms"}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
});

/** The time between frames while something goes on. */
async function frames(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = [];
    (window as unknown as { frames: number[] }).frames = seen;
    let last = performance.now();
    const next = (now: number) => {
      seen.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await act();
  return page.evaluate(() => (window as unknown as { frames: number[] }).frames);
}

/** The time from each key to the picture that shows it, as the browser tells it: in steps of 8 ms, and 16 ms where it tells nothing. */
async function keys(page: Page, text: string): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = [];
    (window as unknown as { keys: number[] }).keys = seen;
    const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().filter((one) => one.name === "keydown").map((one) => one.duration)));
    observer.observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  await page.keyboard.type(text);
  await page.waitForTimeout(500);
  const told = await page.evaluate(() => (window as unknown as { keys: number[] }).keys);
  return [...told, ...Array.from({ length: Math.max(0, text.length - told.length) }, () => 16)];
}

/** How long the page was busy at a stretch while something goes on; browsers tell of 50 ms and more. */
async function tasks(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const seen = [0];
    (window as unknown as { tasks: number[] }).tasks = seen;
    new PerformanceObserver((list) => seen.push(...list.getEntries().map((one) => one.duration))).observe({ type: "longtask" });
  });
  await act();
  return page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
}

function said(ms: number[]): string {
  return `${(1_000 / median(ms)).toFixed(0)} frames a second (median), the longest frame ${Math.max(...ms).toFixed(0)} ms`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function largeText(): string {
  const listeners = Array.from({ length: LISTENERS }, (_, place) => {
    const next = [place + 1, ...(place % 5 < 3 ? [place + 7] : [])].filter((to) => to < LISTENERS).map((to) => `l${to}`);
    return `  - name: l${place}\n    description: Listener ${place}\n    handler: set\n    config: {payload: {n: ${place}}}\n${next.length > 0 ? `    next: [${next.join(", ")}]\n` : ""}`;
  });
  return `organism:\n  name: large\n\nlisteners:\n${listeners.join("\n")}`;
}
