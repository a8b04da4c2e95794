import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, button, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, openTab, picture, type Tab } from "./browser";
import { inTabs, openEach, pagesOf } from "./pages";
import { startServer, type Server } from "./server";

const ASKING = `organism:
  name: asking
listeners:
  - name: ask
    description: Asks
    handler: approval
    config: {message: "Go on?"}
    next: out
  - name: out
    description: Answers
    handler: output
`;

const AWAY = /^The server does not answer/;

describe.skipIf(!chromiumPath)("when the server does not answer as it should", () => {
  let app: App;
  let page: Page;
  let flow: string;
  let run: string;

  beforeAll(async () => {
    app = await startApp();
    page = app.page;
    flow = await app.newFlow("Asks", ASKING);
    await app.api(`/flows/${flow}/start`, "POST");
    await app.api(`/flows/${flow}/triggers`, "POST", { name: "called", type: "webhook" });
    run = (await app.api<{ id: string }>(`/flows/${flow}/executions/run`, "POST", {})).id;
  });

  afterAll(async () => {
    await app?.close();
  });

  it("says on every page that the server is away, and goes on when it is back", async () => {
    const tabs = await openEach(page.context(), pagesOf(flow, run));
    await Promise.all(tabs.map(({ page, ready }) => seen(ready(page))));
    await app.server.kill();
    const isAway = tabs.map(async ({ name, page }) => {
      // Whoever comes back to a tab reads it again: so it is found out without waiting for the next time.
      await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
      await page.getByRole("status").filter({ hasText: AWAY }).waitFor({ timeout: 30_000 });
      if (name === "execution") await seen(page.getByText("Reconnecting; nothing is missed"));
      await picture(page, `away-${name}`);
    });
    await Promise.all(isAway);
    await app.server.again();
    const isBack = tabs.map(async ({ name, page, ready }) => {
      await page.getByRole("status").filter({ hasText: AWAY }).waitFor({ state: "detached" });
      await seen(ready(page));
      expect(await page.getByRole("alert").count(), name).toBe(0);
      await page.close();
    });
    await Promise.all(isBack);
  }, 120_000);

  it("goes to a page that is not loaded yet as soon as the server is back", async () => {
    const other = await openTab(app.browser, app.server.url);
    await other.page.goto("/");
    await seen(other.page.getByRole("table", { name: "Flows" }));
    await app.server.kill();
    await other.page.getByRole("link", { name: "Usage" }).click();
    await seen(other.page.getByRole("status").filter({ hasText: AWAY }));
    await app.server.again();
    await seen(other.page.getByRole("progressbar"));
    expect(other.page.url()).toMatch(/\/usage$/);
    await other.page.context().close();
  });

  it("takes the live stream of a run up where it broke", async () => {
    await page.goto(`/flows/${flow}/executions/${run}`);
    await seen(page.getByRole("main").getByText("for a person", { exact: true }));
    await app.server.kill();
    await seen(page.getByText("Reconnecting; nothing is missed"));
    await app.server.again();
    const { items } = await app.api<{ items: { id: string }[] }>("/approvals?status=pending");
    await app.api(`/approvals/${items[0]?.id}/decide`, "POST", { decision: "approve" });
    await seen(page.getByRole("main").getByText("Done", { exact: true }));
    await seen(page.getByRole("option", { name: /out/ }));
    expect(await page.getByText("Reconnecting; nothing is missed").count()).toBe(0);
    run = (await app.api<{ id: string }>(`/flows/${flow}/executions/run`, "POST", {})).id;
  });

  it.each([
    [500, "internal", "something failed inside the server", /./],
    [503, "unavailable", "the server is busy", /^(dashboard|settings)$/],
    [429, "rate_limited", "too many requests", /^(approvals|execution)$/],
  ])("says that it got %i, and goes on by itself when that is over", async (status, code, message, which) => {
    const { page, complaints } = await openTab(app.browser, app.server.url);
    let isFailing = true;
    await page.context().route("**/api/v1/**", (route) => {
      const isMe = route.request().url().endsWith("/me");
      if (!isFailing || isMe) return route.continue();
      return route.fulfill({ status, contentType: "application/json", headers: { "retry-after": "1", "x-request-id": "r-1" }, body: JSON.stringify({ code, message }) });
    });
    const tabs = await openEach(page.context(), pagesOf(flow, run).filter(({ name }) => which.test(name)));
    for (const { name, page } of tabs) {
      // eslint-disable-next-line no-await-in-loop -- all have failed by then; axe takes the processor for itself
      await seen(page.getByRole("alert").filter({ hasText: new RegExp(message, "i") }));
      // eslint-disable-next-line no-await-in-loop
      await picture(page, `failed-${status}-${name}`);
      // eslint-disable-next-line no-await-in-loop
      if (status === 500) await expectAccessible(page);
    }
    isFailing = false;
    await Promise.all(tabs.map(({ page, ready }) => seen(ready(page))));
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);
});

describe.skipIf(!chromiumPath)("people with a token", () => {
  let app: App;
  let closed: Server;
  let flow: string;
  let run: string;
  const asks = async <T>(path: string, method = "GET", body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${closed.token}`, "content-type": "application/json" };
    const answer = await fetch(`${closed.url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return (answer.status === 204 ? null : await answer.json()) as T;
  };
  const token = (name: string, scopes: string[]) => asks<{ id: string; token: string }>("/tokens", "POST", { name, scopes });
  const openWith = (value: string): Promise<Tab> => openTab(app.browser, closed.url, 1440, { "blox.token": value });

  beforeAll(async () => {
    [app, closed] = await Promise.all([startApp(), startServer("production", { DEFAULT_TIER: "pro" })]);
    flow = (await asks<{ id: string }>("/flows", "POST", { name: "Asks", organismYaml: ASKING })).id;
    await asks(`/flows/${flow}/start`, "POST");
    await asks(`/flows/${flow}/triggers`, "POST", { name: "called", type: "webhook" });
    run = (await asks<{ id: string }>(`/flows/${flow}/executions/run`, "POST", {})).id;
  });

  afterAll(async () => {
    await app?.close();
    await closed?.stop();
  });

  it("who may not even read are told so on every page, and can sign in otherwise", async () => {
    const { page } = await openWith((await token("runs", ["run"])).token);
    const isTold = (on: Page) => seen(on.getByRole("alert").filter({ hasText: "has no right to read" }));
    await inTabs(page.context(), pagesOf(flow, run), isTold);
    await page.goto("/settings");
    await isTold(page);
    await picture(page, "denied-all");
    await expectAccessible(page);
    await page.getByLabel("Personal token").fill(closed.token ?? "");
    await button(page, "Sign in").click();
    await seen(page.getByRole("heading", { name: "Secrets" }));
    await page.context().close();
  }, 120_000);

  it("who may only read see every page but the operators', and that says why", async () => {
    const { page, complaints } = await openWith((await token("reads only", ["read"])).token);
    await inTabs(page.context(), pagesOf(flow, run), async (page, { name, ready }) => {
      await seen(name === "server" ? page.getByText("For operators") : ready(page));
      await picture(page, `denied-${name}`);
      await expectAccessible(page);
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  it("who may read and not change are told so when they try", async () => {
    const { page } = await openWith((await token("reads", ["read"])).token);
    await page.goto("/");
    await page.getByRole("button", { name: "Stop Asks" }).click();
    await seen(page.getByRole("alert").filter({ hasText: /has no right to/ }));
    await picture(page, "denied-change");
    await page.context().close();
  });

  it("go on where they were when their session ended midway", async () => {
    const short = await token("short", ["read", "write", "run"]);
    const { page } = await openWith(short.token);
    await page.goto("/executions?status=running");
    await seen(page.getByRole("table", { name: "Executions" }));
    await asks(`/tokens/${short.id}`, "DELETE");
    await seen(page.getByText(/^Your session is over/));
    await picture(page, "session-over");
    await expectAccessible(page);
    await page.getByLabel("Personal token").fill(closed.token ?? "");
    await button(page, "Sign in").click();
    await seen(page.getByRole("table", { name: "Executions" }));
    expect(page.url()).toMatch(/\/executions\?status=running$/);
    await page.context().close();
  });

  it("are signed in in every tab as soon as they are in one", async () => {
    const tab = await openTab(app.browser, closed.url);
    await tab.page.goto("/usage");
    await seen(tab.page.getByRole("heading", { name: "Sign in" }));
    const second = await tab.page.context().newPage();
    await second.goto("/approvals");
    await second.getByLabel("Personal token").fill(closed.token ?? "");
    await button(second, "Sign in").click();
    await seen(second.getByRole("list", { name: "Approvals" }));
    await seen(tab.page.getByRole("progressbar"));
    await tab.page.context().close();
  });
});
