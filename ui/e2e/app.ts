import type { Browser, Locator, Page } from "playwright-core";
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
  close(): Promise<void>;
}

/** @param env Settings of the server beside the usual ones. */
export async function startApp(env: Record<string, string> = {}): Promise<App> {
  const [server, browser] = await Promise.all([startServer("development", env), openBrowser()]);
  const tab = await openTab(browser, server.url);
  const api = async <T>(path: string, method = "GET", body?: unknown): Promise<T> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const answer = await fetch(`${server.url}/api/v1${path}`, init);
    return (answer.status === 204 ? null : await answer.json()) as T;
  };
  return {
    server,
    browser,
    tab,
    page: tab.page,
    api,
    newFlow: async (name, organismYaml) => (await api<{ id: string }>("/flows", "POST", { name, organismYaml })).id,
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

export const seen = (target: Locator) => target.first().waitFor({ state: "visible" });
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const card = (page: Page, name: string) => page.locator(`[data-listener="${name}"]`);

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
