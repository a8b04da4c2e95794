//! A catalogue and flows for tests.

use serde_json::{Value as Json, json};

use crate::catalogue::{Catalogue, HandlerSpec, Place};

pub(crate) fn catalogue() -> Catalogue {
    let payload = json!({"type": "object", "required": ["payload"], "properties": {"payload": {}}, "additionalProperties": false});
    let http = json!({
        "type": "object",
        "required": ["url"],
        "properties": {
            "url": {"type": "string", "description": "Where the request goes."},
            "method": {"enum": ["GET", "POST", "PUT"]},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "body": {},
            "follow": {"type": "integer", "minimum": 0},
        },
        "additionalProperties": false,
    });
    let calculate = json!({"type": "object", "properties": {"expression": {"type": "string"}}, "additionalProperties": false});
    let answer = json!({"type": "object", "properties": {"expression": {"type": "string"}, "result": {"type": "number"}}});
    let prompt =
        json!({"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}});
    Catalogue::new(vec![
        spec("set", Place::Turn, payload, None),
        spec("calculate", Place::Turn, calculate, Some(answer)),
        spec("convert", Place::Turn, json!({"type": "object"}), None),
        spec("http", Place::Outside, http, None),
        spec("prompt", Place::Outside, prompt, None),
    ])
}

fn spec(name: &'static str, place: Place, config: Json, output: Option<Json>) -> HandlerSpec {
    let (title, description, icon) = (name, name, "box");
    HandlerSpec { name, title, description, icon, place, config, input: None, output, timeout_ms: 30_000 }
}

/// Flows that use every part of the language that this version has; all of them read without an error.
pub(crate) const CATALOGUE_TEXTS: [&str; 3] = [TRIAGE, SHAPES, LISTS];

pub(crate) const TRIAGE: &str = r#"
organism:
  name: ticket-desk
  description: Looks tickets through and answers what it can
  entry: sort
  timeout: 5m
  max_messages: 200
  max_tokens: 50000
  concurrency: 8

llm:
  model: some-model
  strategy: failover
  retries: 2

listeners:
  - name: sort
    description: Decides what a ticket is about
    agent: true
    prompt: |
      Sort the ticket "{{ input.text | default('') }}".
      {% if trigger.method == 'POST' %}It came by web.{% endif %}
    temperature: 0.2
    max_turns: 4
    peers: [orders]
    output: {type: object, required: [category], properties: {category: {enum: [refund, other]}}}
    next: route

  - name: orders
    description: Looks an order up
    handler: http
    input: {type: object, required: [id], properties: {id: {type: string}}, additionalProperties: false}
    config: {method: GET, url: "https://shop.example.com/orders/{{ input.id }}", headers: {authorization: "Bearer {{ secret('SHOP') }}"}}
    retry: {attempts: 3, backoff: 500ms}
    timeout: 10s
    on_error: continue

  - name: route                     # who answers
    description: Refunds go to a person
    handler: branch
    cases:
      - {when: 'input.category == "refund" and steps.sort.category != "other"', next: person}
    otherwise: reply

  - name: person
    description: Words the refund
    handler: prompt
    config: {prompt: "Refund. {% if vars.formal is defined %}Be formal.{% endif %}"}
    next: reply

  - name: reply
    description: What the caller gets
    handler: output
    config: {status: 201}
"#;

pub(crate) const SHAPES: &str = r#"
organism: {name: shapes}
listeners:
  - {name: shape, description: d, handler: set, config: {payload: {total: "{{ input.a + input.b }}"}}, next: [left, right]}
  - {name: left, description: d, handler: set, config: {payload: "{{ $json.total }}"}, next: both}
  - {name: right, description: d, handler: http, config: {url: "https://example.com", follow: "{{ input.total }}"}, next: both, on_error: sorry}
  - {name: both, description: d, handler: merge, config: {wait: all}, next: route}
  - {name: route, description: d, handler: branch, cases: [{when: "input[0] > 10", next: [big, out]}, {when: true, next: out}]}
  - {name: big, description: d, handler: merge, config: {wait: 2}, next: out}
  - {name: sorry, description: d, handler: set, config: {payload: {why: "{{ input.error }}"}}, next: out}
  - {name: out, description: d, handler: output, config: {payload: "{{ input }}", status: "{{ 200 }}"}}
"#;

pub(crate) const LISTS: &str = r#"
organism: {name: lists}
listeners:
  - {name: rows, description: d, handler: each, config: {items: "{{ input.rows }}", do: ask, concurrency: 5, on_item_error: collect}, next: nap, timeout: 1h}
  - {name: ask, description: d, handler: approval, config: {message: "Refund {{ input.amount }}?", deadline: 2d, default: approve}, next: sub}
  - {name: sub, description: d, handler: flow, config: {flow: enrich-customer, input: "{{ input.customer }}"}}
  - {name: nap, description: d, handler: delay, config: {for: 10m}, next: later}
  - {name: later, description: d, handler: delay, config: {until: "{{ steps.rows[0].at }}"}, next: out}
  - {name: out, description: d, handler: output}
"#;
