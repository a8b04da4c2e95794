import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { openBrowser, openTab, type Tab } from "./browser";
import { type Server, startServer } from "./server";

/** A server, a browser, and a person's tab in it. */
export interface App {
  server: Server;
  browser: Browser;
  tab: Tab;
  page: Page;
  /** Asks the API beside the browser. */
  api<T>(path: string, method?: string, body?: unknown): Promise<T>;
  newFlow(name: string, organismYaml: string): Promise<string>;
  /** Makes a flow and opens it in the editor; `view` is what stands behind its address. */
  openFlow(name: string, organismYaml: string, view?: string): Promise<string>;
  /** Saves what is open in the editor, and answers with the text that the server has then. */
  savedText(id: string): Promise<string>;
  /** Runs a flow to its end, and answers with what it gives, as JSON. */
  outputOf(id: string): Promise<string | null>;
  close(): Promise<void>;
}

/** So many listeners, each before the next. */
export const rowOf = (count: number): string =>
  `organism: {name: row}\nlisteners:\n${Array.from({ length: count }, (_, place) => `  - name: l${place}\n    description: d\n    handler: ${place + 1 < count ? `set\n    config: {payload: ${place}}\n    next: l${place + 1}` : "output"}\n`).join("")}`;

/** @param env Settings of the server beside the usual ones. */
export async function startApp(env: Record<string, string> = {}): Promise<App> {
  const [server, browser] = await Promise.all([startServer("development", env), openBrowser()]);
  const tab = await openTab(browser, server.url);
  const api = async <T>(path: string, method = "GET", body?: unknown): Promise<T> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const answer = await fetch(`${server.url}/api/v1${path}`, init);
    return (answer.status === 204 ? null : await answer.json()) as T;
  };
  const { page } = tab;
  const newFlow = async (name: string, organismYaml: string) => (await api<{ id: string }>("/flows", "POST", { name, organismYaml })).id;
  return {
    server,
    browser,
    tab,
    page,
    api,
    newFlow,
    async openFlow(name, organismYaml, view = "") {
      const id = await newFlow(name, organismYaml);
      await page.goto(`/flows/${id}${view}`);
      await seen(page.locator("[data-listener], .cm-content"));
      return id;
    },
    async savedText(id) {
      await page.keyboard.press("Control+s");
      await seen(button(page, "Saved"));
      return (await api<{ organismYaml: string }>(`/flows/${id}`)).organismYaml;
    },
    async outputOf(id) {
      await api(`/flows/${id}/start`, "POST");
      const run = await api<{ id: string }>(`/flows/${id}/executions/run`, "POST", {});
      const execution = () => api<{ status: string; outputPayload: string | null }>(`/flows/${id}/executions/${run.id}`);
      await expect.poll(async () => (await execution()).status, { timeout: 20_000 }).not.toBe("running");
      return (await execution()).outputPayload;
    },
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

export const seen = (target: Locator) => target.first().waitFor({ state: "visible" });
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const card = (page: Page, name: string) => page.locator(`[data-listener="${name}"]`);

/** Drags from one place of the window to another, on the way as a hand does. */
export async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

export async function boxOf(target: Locator) {
  const box = await target.first().boundingBox();
  if (!box) throw new Error("it is not there");
  return box;
}

/** Clicks the middle of a line, where it is drawn. */
export async function clickLine(page: Page, id: string): Promise<void> {
  await page.locator(`[data-id="${id}"]`).waitFor({ state: "attached" });
  const at = await page.evaluate((id) => {
    const path = document.querySelector<SVGPathElement>(`[data-id="${id}"] path.react-flow__edge-path`);
    const middle = path?.getPointAtLength(path.getTotalLength() / 2);
    const matrix = path?.getScreenCTM();
    return middle && matrix ? { x: middle.x * matrix.a + matrix.e, y: middle.y * matrix.d + matrix.f } : null;
  }, id);
  if (!at) throw new Error(`there is no line ${id}`);
  await page.mouse.click(at.x, at.y);
}
