import { expect, it } from "vitest";
import { parse } from "yaml";
import { fromN8n } from "./n8n";

const node = (name: string, type: string, parameters: object = {}, more: object = {}) => ({ name, type, parameters, position: [0, 0], ...more });
const to = (...names: string[]) => names.map((name) => ({ node: name, type: "main", index: 0 }));

const WORKFLOW = JSON.stringify({
  name: "Orders In",
  nodes: [
    node("Webhook", "n8n-nodes-base.webhook"),
    node("Is Large?", "n8n-nodes-base.if", {
      conditions: { combinator: "and", conditions: [{ leftValue: "={{ $json.total }}", rightValue: 100, operator: { type: "number", operation: "gt" } }] },
    }),
    node("Ask", "@n8n/n8n-nodes-langchain.agent", { options: { systemMessage: "=Answer {{ $json.customer }}" } }),
    node("OpenAI", "@n8n/n8n-nodes-langchain.lmChatOpenAi", { model: { value: "gpt-4o" } }),
    node("Shop", "n8n-nodes-base.httpRequestTool", { url: "https://shop.example.com/{{ 1 }}", authentication: "genericCredentialType" }, { credentials: { httpHeaderAuth: {} } }),
    node("Small", "n8n-nodes-base.set", { assignments: { assignments: [{ name: "answer", value: "={{ $('Is Large?').item.json.total.toFixed(2) }}" }] } }),
    node("Sheet", "n8n-nodes-base.googleSheets"),
  ],
  connections: {
    Webhook: { main: [to("Is Large?")] },
    "Is Large?": { main: [to("Ask"), to("Small")] },
    Ask: { main: [to("Sheet")] },
    OpenAI: { ai_languageModel: [[{ node: "Ask" }]] },
    Shop: { ai_tool: [[{ node: "Ask" }]] },
  },
});

it("takes a workflow over and says what stays behind", () => {
  const made = fromN8n(WORKFLOW);
  expect(made?.name).toBe("Orders In");
  expect(parse(made?.yaml ?? "")).toEqual({
    organism: { name: "orders-in" },
    listeners: [
      { name: "is-large", description: "Is Large?", handler: "branch", cases: [{ when: "input.total > 100", next: "ask" }], otherwise: "small" },
      { name: "ask", description: "Ask", agent: true, prompt: "Answer {{ input.customer }}", model: "gpt-4o", peers: ["shop"], next: "sheet" },
      { name: "shop", description: "Shop", handler: "http", config: { url: "https://shop.example.com/{{ 1 }}" } },
      { name: "small", description: "Small", handler: "set", config: { payload: { answer: '{{ steps["is-large"].total.toFixed(2) }}' } }, next: "result" },
      { name: "sheet", description: "Sheet", handler: "set", config: { payload: "{{ input }}" }, next: "result" },
      { name: "result", description: "What the flow answers", handler: "output" },
    ],
  });
  expect(made?.notes).toEqual([
    "Webhook: add a trigger to the flow; n8n keeps it among the nodes",
    "Shop: write its authentication as a header with a secret",
    "Shop: its credentials stay in n8n; keep them as a secret here",
    "Small: check the expression {{ $('Is Large?').item.json.total.toFixed(2) }}: it is JavaScript",
    "Sheet: there is nothing like n8n-nodes-base.googleSheets here; it hands its input on",
  ]);
  expect(made?.yaml.startsWith("# Imported from n8n. To do by hand:\n# - Webhook")).toBe(true);
});

it("leaves other texts alone", () => {
  expect(fromN8n("organism:\n  name: a\n")).toBeNull();
  expect(fromN8n('{"organism": {"name": "a"}}')).toBeNull();
  expect(fromN8n("{")).toBeNull();
});
