import { expect, vi } from "vitest";
import { TEMPLATES } from "../src/templates/templates";
import type { App } from "./app";

export const LONG = "Nightly matching of marketplace orders, refunds and chargebacks against the ledger of November";
const FAILING = "organism:\n  name: invoices\nlisteners:\n  - name: fetch\n    description: Asks the ledger\n    handler: http\n    config: {url: \"http://127.0.0.1:9/ledger/2026/november\"}\n    next: out\n  - name: out\n    description: Says it\n    handler: output\n";
const ASKING = `organism:
  name: refunds
listeners:
  - name: ask
    description: Asks
    handler: approval
    config: {message: "Refund {{ input.amount }} € to {{ input.customer }}?", deadline: 2d}
    next: out
  - name: out
    description: Answers
    handler: output
`;

/** A server that is in use, and what is on it: flows, and an execution of each of two. */
export interface InUse {
  app: App;
  made: { desk: string; run: string; failed: string; failedRun: string; long: string; asking: string };
}

/** Makes of a server what it is after some weeks: flows that work, fail and wait, with names of every length. */
export async function live(app: App): Promise<InUse["made"]> {
  const template = TEMPLATES[0];
  if (!template) throw new Error("the order desk is the first template");
  const send = async <T>(path: string, method: string, body?: unknown): Promise<T> => {
    const answer = await app.api<T & { code?: string }>(path, method, body);
    if (answer?.code !== undefined) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const start = async (name: string, yaml: string, payloads: unknown[]) => {
    const { id } = await send<{ id: string }>("/flows", "POST", { name, organismYaml: yaml });
    await send(`/flows/${id}/start`, "POST");
    const runs: string[] = [];
    // eslint-disable-next-line no-await-in-loop -- one after the other, as they would come
    for (const payload of payloads) runs.push((await send<{ id: string }>(`/flows/${id}/executions/run`, "POST", { inputPayload: payload })).id);
    return { id, run: runs.at(-1) ?? "" };
  };
  const orders = Array.from({ length: 24 }, (_, place) => ({ customer: ["Ada", "Grace", "Alan"][place % 3], price: 10 + place * 7, quantity: (place % 5) + 1 }));
  const desk = await start("Order desk", template.yaml, orders);
  const failing = await start("Invoices of the month", FAILING, Array.from({ length: 11 }, (_, place) => ({ month: place + 1 })));
  const { webhookUrl } = await send<{ webhookUrl: string }>(`/flows/${failing.id}/triggers`, "POST", { name: "month ends", type: "webhook" });
  await fetch(webhookUrl, { method: "POST" });
  const long = await start(LONG, template.yaml, [template.payload]);
  const asking = await start("Refunds", ASKING, [{ amount: 120, customer: "Ada Lovelace" }, { amount: 4800, customer: LONG }]);
  const triggers = `/flows/${desk.id}/triggers`;
  await send(triggers, "POST", { name: "orders", type: "webhook" });
  await send(triggers, "POST", { name: "every weekday morning", type: "schedule", config: { cron: "30 7 * * MON-FRI", timezone: "Europe/Oslo" } });
  await send(triggers, "POST", { name: LONG, type: "webhook" });
  await send("/secrets/STRIPE_KEY", "PUT", { value: "a-secret-value", hosts: ["api.stripe.com"] });
  await send("/variables/SHOP_URL", "PUT", { value: `https://shop.example.com/${"orders/".repeat(30)}` });
  await send("/tokens", "POST", { name: LONG, scopes: ["read", "run"] });
  const allFailed = async () => {
    const { items } = await app.api<{ items: { status: string }[] }>(`/flows/${failing.id}/executions`);
    expect(items.map((one) => one.status)).toEqual(Array.from({ length: 12 }, () => "error"));
    expect((await app.api<{ items: unknown[] }>("/alerts")).items).not.toEqual([]);
  };
  await vi.waitFor(allFailed, { timeout: 120_000, interval: 200 });
  return { desk: desk.id, run: desk.run, failed: failing.id, failedRun: failing.run, long: long.id, asking: asking.id };
}
