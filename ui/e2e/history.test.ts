import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, button, card, seen, startApp } from "./app";
import { chromiumPath, expectAccessible, picture } from "./browser";

const text = (payload: string) => `organism:\n  name: history\nlisteners:\n  - name: out\n    description: d\n    handler: output\n    config: {payload: ${payload}}\n`;
const WAITING = "organism:\n  name: waits\nlisteners:\n  - name: pause\n    description: d\n    handler: delay\n    config: {for: 1h}\n    next: out\n  - name: out\n    description: d\n    handler: output\n";


const ALOUD = `organism:
  name: aloud
listeners:
  - name: ready
    description: Waits for somebody to look
    handler: approval
    config: {message: "Ready?"}
    next: clerk
  - name: clerk
    description: Answers
    agent: true
    prompt: Be kind.
    next: out
  - name: out
    description: Says it
    handler: output
llm: {model: some-model}
`;

const ASKING = `organism:
  name: refunds
listeners:
  - name: ask
    description: Asks
    handler: approval
    config: {message: "Refund {{ input.amount }}?", deadline: 2d}
    next: out
  - name: out
    description: Answers
    handler: output
    config: {payload: "{{ input.approval.decision }}: {{ input.approval.comment }}"}
`;

describe.skipIf(!chromiumPath)("what was, and what goes on", () => {
  let app: App;
  let page: Page;
  let models: Server;

  beforeAll(async () => {
    models = await modelPeer();
    app = await startApp({ LLM_BASE_URL: `http://127.0.0.1:${(models.address() as AddressInfo).port}/v1`, LLM_API_KEY: "k" });
    page = app.page;
  });

  afterAll(async () => {
    await app?.close();
    models?.close();
  });

  it("shows what a version changed, and brings it back", async () => {
    const id = await app.newFlow("versions", text("1"));
    await app.api(`/flows/${id}`, "PATCH", { organismYaml: text("2") });
    await app.api(`/flows/${id}`, "PATCH", { organismYaml: text("3") });
    await page.goto(`/flows/${id}/versions`);
    await page.getByRole("button", { name: /^Version 1/ }).click();
    await page.getByRole("radio", { name: "What changed since" }).click();
    await seen(page.getByText("+ config: {payload: 3}").or(page.getByText("config: {payload: 3}")));
    await picture(page, "versions");
    await expectAccessible(page);
    await button(page, "Restore").click();
    await page.waitForURL(`**/flows/${id}`);
    expect((await app.api<{ organismYaml: string }>(`/flows/${id}`)).organismYaml).toBe(text("1"));
  });

  it("cancels a run that waits", async () => {
    const id = await app.newFlow("waits", WAITING);
    await app.api(`/flows/${id}/start`, "POST");
    const run = await app.api<{ id: string }>(`/flows/${id}/executions/run`, "POST", {});
    await page.goto(`/flows/${id}/executions/${run.id}`);
    await button(page, "Cancel").click();
    await button(page, "Cancel").waitFor({ state: "detached" });
    await seen(page.getByRole("option", { name: /pause/ }));
    await picture(page, "cancelled");
    await expect.poll(async () => (await app.api<{ errorCode: string }>(`/flows/${id}/executions/${run.id}`)).errorCode).toBe("cancelled");
    await expectAccessible(page);
  });

  it("replays from a step: what came before is not done again", async () => {
    const id = await app.newFlow("from a step", `organism:\n  name: a\nlisteners:\n  - name: ask\n    description: d\n    handler: prompt\n    config: {prompt: hello, model: some-model}\n    next: last\n  - name: last\n    description: d\n    handler: set\n    config: {payload: {said: "{{ input.text }}"}}\n    next: out\n  - name: out\n    description: d\n    handler: output\n`);
    await app.api(`/flows/${id}/start`, "POST");
    const run = await app.api<{ id: string }>(`/flows/${id}/executions/run`, "POST", {});
    await page.goto(`/flows/${id}/executions/${run.id}`);
    await page.getByRole("option", { name: /last/ }).click();
    await button(page, "Replay from here").click();
    await page.waitForURL((url) => url.pathname.includes("/executions/") && !url.pathname.endsWith(run.id));
    await page.getByRole("option", { name: /ask/ }).click();
    await seen(page.getByText("as it was recorded"));
    await picture(page, "replayed-from-a-step");
    await expectAccessible(page);
    expect(asked).toBe(1);
  });

  it("replays many at once", async () => {
    const id = await app.newFlow("again", text("'{{ input.n + 1 }}'"));
    await app.api(`/flows/${id}/start`, "POST");
    for (const inputPayload of [{}, {}, { n: 1 }]) {
      // eslint-disable-next-line no-await-in-loop -- one run after the other
      await app.api(`/flows/${id}/executions/run`, "POST", { inputPayload });
    }
    const total = async () => (await app.api<{ total: number }>(`/flows/${id}/executions?statusFilter=error`)).total;
    await expect.poll(total).toBe(2);
    await page.goto(`/flows/${id}/executions`);
    await button(page, "Replay many").click();
    await picture(page, "replay-many");
    await expectAccessible(page);
    await button(page, "Replay them").click();
    await seen(page.getByText("2 executions started again"));
    await expect.poll(total).toBe(4);
  });

  it("asks a person, who decides in the inbox or by a link, and the run goes on", async () => {
    const id = await app.newFlow("refunds", ASKING);
    await app.api(`/flows/${id}/start`, "POST");
    const run = (amount: string) => app.api<{ id: string }>(`/flows/${id}/executions/run`, "POST", { inputPayload: { amount } });
    const [first, second] = [await run("<b>7</b>"), await run("8")];
    await page.goto("/approvals");
    const question = page.getByRole("listitem").filter({ hasText: "Refund <b>7</b>?" });
    await question.getByLabel(/^Comment on/).fill("a good customer");
    await picture(page, "approvals-waiting");
    await expectAccessible(page);
    await question.getByRole("button", { name: "Approve" }).click();
    await question.waitFor({ state: "detached" });
    const output = async (execution: string) => (await app.api<{ outputPayload: string | null }>(`/flows/${id}/executions/${execution}`)).outputPayload;
    await expect.poll(() => output(first.id)).toBe('"approve: a good customer"');

    const pending = await app.api<{ items: { link: string }[] }>("/approvals?status=pending");
    await page.goto(new URL(pending.items[0]?.link ?? "").pathname);
    await seen(page.getByRole("heading", { name: "Refund 8?" }));
    await picture(page, "approval-link");
    await expectAccessible(page);
    await button(page, "Reject").click();
    await seen(page.getByText("Your decision is recorded."));
    await expect.poll(() => output(second.id)).toBe('"reject: null"');
    await page.goto("/approvals");
    await page.getByRole("radio", { name: "All" }).click();
    await seen(page.getByText("Rejected by its link"));
    await picture(page, "approvals-decided");
  });

  it("shows what an agent writes while it writes it", async () => {
    const id = await app.newFlow("aloud", ALOUD);
    await app.api(`/flows/${id}/start`, "POST");
    const run = await app.api<{ id: string }>(`/flows/${id}/executions/run`, "POST", {});
    await page.goto(`/flows/${id}?run=${run.id}`);
    // It goes on when somebody looks: what was said before is in the record alone.
    await seen(page.locator('[data-listener="ready"][data-state="waiting"]'));
    const pending = await app.api<{ items: { id: string }[] }>(`/approvals?status=pending&executionId=${run.id}`);
    await app.api(`/approvals/${pending.items[0]?.id}/decide`, "POST", { decision: "approve" });
    await seen(card(page, "clerk").getByText("Good"));
    await picture(page, "while-it-writes");
    seeFirstWord();
    await expect.poll(async () => (await app.api<{ outputPayload: string | null }>(`/flows/${id}/executions/${run.id}`)).outputPayload).toBe('"Good day"');
    await card(page, "clerk").getByText("Good").waitFor({ state: "detached" });
  });

  it("finds executions over all flows", async () => {
    await page.goto("/executions");
    const rows = page.getByRole("table", { name: "Executions" }).getByRole("row").filter({ has: page.getByRole("cell") });
    await seen(rows.first());
    await page.getByRole("searchbox", { name: "Text" }).fill("REFUNDS");
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByRole("radio", { name: "Failed" }).click();
    await seen(page.getByRole("heading", { name: "No execution matches" }));
    await page.reload();
    await seen(page.getByRole("heading", { name: "No execution matches" }));
    await button(page, "Show all").click();
    await seen(rows.first());
    await picture(page, "executions-over-all-flows");
  });

  it("keeps a flow's own secrets and variables", async () => {
    const id = await app.newFlow("values", text("1"));
    await page.goto(`/flows/${id}/settings`);
    const secrets = page.locator("#secrets");
    await secrets.getByLabel("Name").fill("SHOP_KEY");
    await secrets.getByLabel("Value").fill("sealed-4711");
    await secrets.getByRole("button", { name: "Add the secret" }).click();
    await seen(secrets.getByText("SHOP_KEY"));
    const variables = page.locator("#variables");
    await variables.getByLabel("Name").fill("limit");
    await variables.getByLabel("Value").fill("5");
    await variables.getByRole("button", { name: "Add the variable" }).click();
    await seen(variables.getByText("limit", { exact: true }));
    expect(await app.api(`/flows/${id}/variables/limit`)).toMatchObject({ value: 5 });
    expect(await app.api<unknown[]>("/secrets")).toEqual([]);
    expect(await page.textContent("body")).not.toContain("sealed-4711");
    await picture(page, "flow-settings");
    await expectAccessible(page);
  });

  it("shows what models were asked, by day, model and flow", async () => {
    const id = await app.newFlow("asks", "organism:\n  name: asks\nlisteners:\n  - name: ask\n    description: d\n    handler: prompt\n    config: {prompt: 'hello', model: some-model}\n    next: out\n  - name: out\n    description: d\n    handler: output\n");
    await app.api(`/flows/${id}/start`, "POST");
    await app.api(`/flows/${id}/executions/run`, "POST", {});
    await expect.poll(async () => (await app.api<{ items: { flowId: string | null }[] }>("/llm/usage")).items.filter((row) => row.flowId === id).length).toBe(1);
    await page.goto("/usage");
    await page.getByRole("radio", { name: "Calls" }).click();
    await page.getByRole("region", { name: "By flow" }).getByRole("button", { name: /^asks/ }).click();
    await seen(page.getByRole("button", { name: "Show all, not only asks" }));
    await picture(page, "usage-by-flow");
    await expectAccessible(page);
  });

  it("tells of a run that goes in circles, and leads there", async () => {
    const url = `http://127.0.0.1:${(models.address() as AddressInfo).port}/slow`;
    const id = await app.newFlow("circles", `organism:\n  name: circles\nlisteners:\n  - name: fetch\n    description: d\n    handler: http\n    config: {url: "${url}"}\n    next: again\n  - name: again\n    description: d\n    handler: set\n    config: {payload: 1}\n    next: fetch\n`);
    await app.api(`/flows/${id}/start`, "POST");
    await page.goto("/");
    await page.getByRole("link", { name: "circles" }).waitFor();
    await app.api(`/flows/${id}/executions/run`, "POST", {});
    await expect.poll(async () => (await app.api<{ total: number }>("/alerts")).total, { timeout: 30_000 }).toBeGreaterThan(0);
    await page.reload();
    await page.getByRole("link", { name: /^Alerts, \d+ new$/ }).click();
    await seen(page.getByRole("list", { name: "Alerts" }).getByText("Goes in circles"));
    await picture(page, "alerts-found");
    await expectAccessible(page);
    await page.getByRole("link", { name: "the execution" }).first().click();
    await page.waitForURL(`**/flows/${id}/executions/*`);
  });

  it("complained about nothing on the way", () => {
    expect(app.tab.complaints).toEqual([]);
  });
});

let asked = 0;

let seeFirstWord: () => void = () => {};
const firstWordSeen = new Promise<void>((resolve) => (seeFirstWord = resolve));

/** A provider of models that always says the same, in two pieces when it is asked to, and a slow one at `/slow`. */
function modelPeer(): Promise<Server> {
  const answer = {
    id: "c1",
    object: "chat.completion",
    created: 1,
    model: "some-model",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello." } }],
    usage: { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1_020 },
  };
  return new Promise((resolve) => {
    const peer = createServer((request, response) => {
      if (request.url !== "/slow") asked += 1;
      const answered = () => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      const written = async () => {
        const piece = (content: string, finish: string | null) =>
          response.write(`data: ${JSON.stringify({ model: "some-model", choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`);
        response.writeHead(200, { "content-type": "text/event-stream" });
        piece("Good ", null);
        await firstWordSeen;
        piece("day", "stop");
        response.end("data: [DONE]\n\n");
      };
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        if (request.url === "/slow") setTimeout(answered, 600);
        else if (body.includes('"stream":true')) void written();
        else answered();
      });
    }).listen(0, "127.0.0.1", () => resolve(peer));
  });
}
