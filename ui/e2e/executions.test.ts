import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, seen, startApp } from "./app";
import { chromiumPath } from "./browser";
import { blanksOnTheWay, ranOften, tabMemory } from "./many";

/** Some pages of the list; `npm run figures` measures with more. */
const EXECUTIONS = 1_000;

describe.skipIf(!chromiumPath)("a list of many executions", () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
    await ranOften(app, EXECUTIONS);
  }, 180_000);

  afterAll(async () => {
    await app?.close();
  });

  it("scrolls without a blank row, in a tab that stays small", async () => {
    await app.page.goto("/executions");
    await seen(app.page.getByRole("table", { name: "Executions" }));
    const { looks, blanks } = await blanksOnTheWay(app.page, EXECUTIONS - 100);
    expect(looks).toBeGreaterThan(30);
    expect(blanks).toBe(0);
    expect((await tabMemory(app.browser, app.page)).heap).toBeLessThan(100e6);
  });
});
