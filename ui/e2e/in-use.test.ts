import { afterAll, beforeAll, describe } from "vitest";
import { startApp } from "./app";
import { chromiumPath } from "./browser";
import { dialogs } from "./in-use/dialogs";
import { gallery } from "./in-use/gallery";
import { keyboard } from "./in-use/keyboard";
import { type InUse, live } from "./live";

// It takes a while until a server looks as it does after some weeks: they share one.
describe.skipIf(!chromiumPath)("a server that is in use", () => {
  let used: InUse;

  beforeAll(async () => {
    const app = await startApp();
    used = { app, made: await live(app) };
  }, 180_000);

  afterAll(async () => {
    await used?.app.close();
  });

  gallery(() => used);
  dialogs(() => used);
  keyboard(() => used);
});
