import { existsSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import type { App } from "./app";

const TEXT = "organism:\n  name: many\nlisteners:\n  - name: out\n    description: Says it\n    handler: output\n";

/** A flow that ran so often, and how to run it once more. */
export async function ranOften(app: App, times: number): Promise<() => Promise<void>> {
  const id = await app.newFlow("Runs often", TEXT);
  await app.api(`/flows/${id}/start`, "POST");
  const run = async () => {
    await app.api(`/flows/${id}/executions/run`, "POST", { inputPayload: { n: 1 } });
  };
  let left = times;
  const worker = async () => {
    // eslint-disable-next-line no-await-in-loop -- as many at a time as there are workers
    for (; left > 0; left -= 1) await run();
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return run;
}

/**
 * Scrolls the table of executions until it has gone over so many rows.
 *
 * Answers in how many of the looks a place of the table showed no row.
 */
export async function blanksOnTheWay(page: Page, rows: number): Promise<{ looks: number; blanks: number }> {
  const table = page.getByRole("table", { name: "Executions" });
  const box = await table.boundingBox();
  if (!box) throw new Error("the table is not there");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  let looks = 0;
  let blanks = 0;
  for (let scrolled = 0; scrolled < rows; ) {
    // eslint-disable-next-line no-await-in-loop -- one turn of the wheel after the other, as a hand does it
    await page.mouse.wheel(0, 900);
    // eslint-disable-next-line no-await-in-loop
    const now = await table.evaluate(look);
    looks += 1;
    if (now.isBlank) blanks += 1;
    scrolled = now.firstRow + now.shown;
  }
  return { looks, blanks };
}

/** Looks once what was scrolled to is painted. */
async function look(table: Element): Promise<{ isBlank: boolean; firstRow: number; shown: number }> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const ROW_PX = 36;
  const { x, y, width, height } = table.getBoundingClientRect();
  const places = [4, height * 0.25, height * 0.5, height * 0.75, height - 4];
  const isBlank = places.some((place) => document.elementFromPoint(x + width / 2, y + place)?.closest("[role=row]") === null);
  return { isBlank, firstRow: Math.floor(table.scrollTop / ROW_PX), shown: Math.ceil(height / ROW_PX) + 1 };
}

/** What the tab's process has for itself, in bytes, after its garbage was collected; of the process Linux alone tells. */
export async function tabMemory(browser: Browser, page: Page): Promise<{ heap: number; process: number }> {
  const tab = await page.context().newCDPSession(page);
  await tab.send("HeapProfiler.collectGarbage");
  await tab.send("Performance.enable");
  const { metrics } = await tab.send("Performance.getMetrics");
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.filter((one) => one.type === "renderer").map((one) => privateBytes(one.id));
  return { heap: metrics.find((one) => one.name === "JSHeapUsedSize")?.value ?? 0, process: Math.max(0, ...sizes) };
}

function privateBytes(pid: number): number {
  const file = `/proc/${pid}/smaps_rollup`;
  if (!existsSync(file)) return 0;
  const lines = readFileSync(file, "utf8").matchAll(/^Private_\w+:\s+(\d+) kB$/gm);
  return [...lines].reduce((sum, line) => sum + Number(line[1]) * 1_024, 0);
}
