import { expect, it } from "vitest";
import { startApp } from "./app";
import { blanksOnTheWay, ranOften, tabMemory } from "./many";

const EXECUTIONS = 10_000;
/** For how long executions come while the list is open; fewer minutes by MINUTES. */
const MINUTES = Number(process.env["MINUTES"] ?? 10);

it(
  `${EXECUTIONS} executions in the list, and ${MINUTES} minutes of live updates`,
  async () => {
    const app = await startApp();
    const run = await ranOften(app, EXECUTIONS);
    await app.page.goto("/executions");
    const { looks, blanks } = await blanksOnTheWay(app.page, EXECUTIONS - 100);
    const scrolled = await tabMemory(app.browser, app.page);
    await app.page.goto("/executions");
    const end = Date.now() + MINUTES * 60_000;
    while (Date.now() < end) {
      // eslint-disable-next-line no-await-in-loop -- some executions a second, for as long as it takes
      await run();
      // eslint-disable-next-line no-await-in-loop
      await app.page.waitForTimeout(200);
    }
    const live = await tabMemory(app.browser, app.page);
    const said = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
    process.stdout.write(
      [
        `scrolling over ${EXECUTIONS} executions: a blank place in ${blanks} of ${looks} looks`,
        `the tab with all of them: ${said(scrolled.process)}, of which ${said(scrolled.heap)} are objects`,
        `the tab after ${MINUTES} min of live updates: ${said(live.process)}, of which ${said(live.heap)} are objects`,
        "",
      ].join("\n"),
    );
    await app.close();
    expect(blanks).toBe(0);
    expect(live.process).toBeLessThan(200e6);
  },
  (MINUTES + 15) * 60_000,
);
