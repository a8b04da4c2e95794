import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const PLACES = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"];
const ARTIFACTS = path.resolve(import.meta.dirname, "artifacts");

/** The system's Chromium; null when there is none. */
export const chromiumPath = PLACES.find((place) => place && existsSync(place)) ?? null;

export async function openBrowser(): Promise<Browser> {
  mkdirSync(ARTIFACTS, { recursive: true });
  return chromium.launch({ executablePath: chromiumPath ?? "", headless: true, args: ARGS });
}

export interface Tab {
  page: Page;
  /** What the console and the policy complained about, and every request that left this server. */
  complaints: string[];
}

/** A tab of a person of its own, whose browser keeps what it is given; nothing it does may be complained about. */
export async function openTab(browser: Browser, url: string, width = 1440, kept: Record<string, string> = {}): Promise<Tab> {
  const localStorage = Object.entries({ "blox.theme": "dark", ...kept }).map(([name, value]) => ({ name, value }));
  const storageState = { cookies: [], origins: [{ origin: url, localStorage }] };
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 }, baseURL: url, storageState });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  context.setDefaultTimeout(15_000);
  return { page: await context.newPage(), complaints: complaintsOf(context, url) };
}

/** Collects what goes wrong in every page of a person. */
function complaintsOf(context: BrowserContext, url: string): string[] {
  const complaints: string[] = [];
  context.on("console", (message) => {
    // A refusal that the page shows is no fault of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  context.on("weberror", (failed) => complaints.push(failed.error().message));
  context.on("request", (request) => {
    if (!request.url().startsWith(url) && /^https?:/.test(request.url())) complaints.push(`left the server: ${request.url()}`);
  });
  return complaints;
}

/** Waits until nothing on the page is on its way any more: what loads, what fades, what moves once. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isMoving = (one: Animation) => one.playState === "running" && Number.isFinite(Number(one.effect?.getComputedTiming().endTime));
    return document.fonts.status === "loaded" && !document.querySelector(".skeleton") && !document.getAnimations().some(isMoving);
  });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** Keeps a picture for whoever reviews. */
export async function picture(page: Page, name: string): Promise<void> {
  // What is on its way has arrived.
  await page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`), animations: "disabled" });
}

/** The rules of axe that can turn out otherwise in another theme. */
export const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** Nothing that axe calls serious; by all of its rules, or by some. */
export async function expectAccessible(page: Page, rules?: string[]): Promise<void> {
  await page.evaluate(await axe());
  const found = await page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run(rules ? { runOnly: { type: "rule", values: rules } } : {});
    return violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).slice(0, 4).join("\n  ")}`);
  }, rules);
  expect(found, page.url()).toEqual([]);
}

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

async function axe(): Promise<string> {
  return (await import("axe-core")).default.source;
}
