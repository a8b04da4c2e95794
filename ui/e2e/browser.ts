import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
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

/** A tab of a person of its own; nothing it does may be complained about. */
export async function openTab(browser: Browser, url: string, theme: "dark" | "light" = "dark", width = 1440): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 }, baseURL: url });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await context.addInitScript((choice) => localStorage.setItem("blox.theme", choice), theme);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    // A refusal that the page shows is no fault of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && /^https?:/.test(request.url())) complaints.push(`left the server: ${request.url()}`);
  });
  return { page, complaints };
}

/** Keeps a picture for whoever reviews. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`) });
}

/** Nothing that axe calls serious. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(await axe());
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run();
    return violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).slice(0, 4).join("\n  ")}`);
  });
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
