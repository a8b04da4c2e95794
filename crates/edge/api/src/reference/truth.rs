//! Whether the running interface answers as the document says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::testing::{House, Reply, YAML};

/// The document as a strict reader takes it: a field that it does not name is wrong.
struct Truth(Value);

impl Truth {
    fn new() -> Self {
        let mut document = serde_json::to_value(crate::document(crate::operations())).unwrap();
        let parts = parts_of_others(&document);
        for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
            if schema.get("properties").is_some() && !parts.contains(name) {
                schema["additionalProperties"] = json!(false);
            }
        }
        Self(document)
    }

    /// Fails when `reply` is not one of those that the document has for `what`, such as `GET /flows/{flowId}`.
    fn check(&self, what: &str, reply: &Reply) {
        let (method, path) = what.split_once(' ').unwrap();
        let operation = &self.0["paths"][format!("/api/v1{path}")][method.to_lowercase()];
        let response = &operation["responses"][reply.status.to_string()];
        assert!(response.is_object(), "{what} answers {}, which is not described: {reply:?}", reply.status);
        let response = match response["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => response,
        };
        let Some(schema) = response["content"]["application/json"].get("schema") else {
            return assert_eq!(reply.body, Value::Null, "{what} has a body");
        };
        let whole = json!({ "allOf": [schema], "components": self.0["components"] });
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&reply.body)
            .map(|fault| format!("{fault} at {}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{what}: {faults:?} in {}", reply.body);
    }
}

/// Schemas that are put together with others: what they do not name, the others may.
fn parts_of_others(document: &Value) -> BTreeSet<String> {
    let schemas = document["components"]["schemas"].as_object().unwrap().values();
    let parts = schemas.flat_map(|schema| schema["allOf"].as_array().cloned().unwrap_or_default());
    parts
        .filter_map(|part| part["$ref"].as_str().and_then(|it| it.rsplit('/').next()).map(str::to_owned))
        .collect()
}

/// Asks, checks the answer, and hands it on. `ids` stand for the parts of the template, in order.
async fn ask(house: &House, truth: &Truth, token: &str, (what, ids): (&str, &[&str]), body: Value) -> Value {
    let mut ids = ids.iter();
    let parts = what.split('/').map(|part| if part.starts_with('{') { ids.next().unwrap() } else { part });
    let reply = house.ask(token, &parts.collect::<Vec<_>>().join("/"), body).await;
    truth.check(what, &reply);
    reply.body
}

db::testing::both_databases! {
    async fn flows_triggers_and_executions_answer_as_described(db: Db) {
        let (house, truth) = (House::on(db).await, Truth::new());
        let ann = house.token("ann@example.com").await;
        let ask = async |what: &str, ids: &[&str], body: Value| ask(&house, &truth, &ann, (what, ids), body).await;
        let none = Value::Null;
        ask("GET /me", &[], none.clone()).await;
        ask("GET /usage", &[], none.clone()).await;
        ask("GET /handlers", &[], none.clone()).await;
        let canvas = ask("POST /flows/convert/to-canvas", &[], json!({ "organismYaml": YAML })).await;
        let both = json!({ "organismYaml": YAML, "canvasState": canvas["canvasState"] });
        ask("POST /flows/convert/to-yaml", &[], both).await;
        ask("POST /flows/validate", &[], json!({ "organismYaml": "listeners: [" })).await;
        let wishes = YAML.replace("{{ input }}", "{{ input.a }}");
        ask("POST /flows/fit", &[], json!({ "organismYaml": wishes })).await;
        ask("POST /flows", &[], json!({ "name": "" })).await;
        ask("POST /flows", &[], json!({ "name": "x", "canvasState": 5 })).await;
        let draft = json!({ "name": "mine", "organismYaml": YAML, "canvasState": canvas["canvasState"] });
        let flow = ask("POST /flows", &[], draft).await["id"].as_str().unwrap().to_owned();
        let flow = flow.as_str();
        ask("GET /flows", &[], none.clone()).await;
        ask("GET /flows/{flowId}", &[flow], none.clone()).await;
        ask("GET /flows/{flowId}", &["nobody"], none.clone()).await;
        ask("PATCH /flows/{flowId}", &[flow], json!({ "description": "d", "canvasState": null })).await;
        ask("POST /flows/{flowId}/executions/run", &[flow], json!({ "inputPayload": 7 })).await;
        for kind in [
            json!({ "type": "webhook", "name": "hook", "config": { "respond": "result", "deadlineMs": 5 } }),
            json!({ "type": "schedule", "name": "daily", "config": { "cron": "0 9 * * *", "missed": "all" } }),
            json!({ "type": "schedule", "name": "never", "config": { "cron": "no" } }),
        ] {
            ask("POST /flows/{flowId}/triggers", &[flow], kind).await;
        }
        let triggers = ask("GET /flows/{flowId}/triggers", &[flow], none.clone()).await;
        for trigger in triggers.as_array().unwrap() {
            let ids = [flow, trigger["id"].as_str().unwrap()];
            ask("GET /flows/{flowId}/triggers/{triggerId}", &ids, none.clone()).await;
            ask("PATCH /flows/{flowId}/triggers/{triggerId}", &ids, json!({ "enabled": false })).await;
            ask("POST /flows/{flowId}/triggers/{triggerId}/regenerate-token", &ids, none.clone()).await;
            ask("DELETE /flows/{flowId}/triggers/{triggerId}", &ids, none.clone()).await;
        }
        ask("POST /flows/{flowId}/start", &[flow], none.clone()).await;
        ask("PATCH /flows/{flowId}", &[flow], json!({ "name": "other" })).await;
        ask("DELETE /flows/{flowId}", &[flow], none.clone()).await;
        let run = ask("POST /flows/{flowId}/executions/run", &[flow], json!({ "inputPayload": { "a": 1 } })).await;
        let ids = [flow, run["id"].as_str().unwrap()];
        ask("GET /flows/{flowId}/executions", &[flow], none.clone()).await;
        ask("GET /flows/{flowId}/executions/stats", &[flow], none.clone()).await;
        ask("POST /flows/{flowId}/fit", &[flow], none.clone()).await;
        ask("GET /flows/{flowId}/executions/{executionId}", &ids, none.clone()).await;
        let events = ask("GET /flows/{flowId}/executions/{executionId}/events", &ids, none.clone()).await;
        assert!(events["items"].as_array().unwrap().len() >= 2, "{events}");
        ask("POST /flows/{flowId}/stop", &[flow], none).await;
    }

    async fn what_users_entrust_answers_as_described(db: Db) {
        let (house, truth) = (House::on(db).await, Truth::new());
        let ann = house.token("ann@example.com").await;
        let flow = house.flow(&ann, "mine").await;
        let ask = async |what: &str, ids: &[&str], body: Value| ask(&house, &truth, &ann, (what, ids), body).await;
        let none = Value::Null;
        for (base, ids) in [("", vec!["KEY"]), ("/flows/{flowId}", vec![flow.as_str(), "KEY"])] {
            let places = &ids[..ids.len() - 1];
            let hosts = json!({ "value": "secret value", "hosts": ["api.example.com"] });
            for (noun, body) in [("secrets", hosts), ("variables", json!({ "value": [1, null] }))] {
                ask(&format!("PUT {base}/{noun}/{{name}}"), &ids, body).await;
                ask(&format!("PUT {base}/{noun}/{{name}}"), &ids, json!({})).await;
                ask(&format!("GET {base}/{noun}/{{name}}"), &ids, none.clone()).await;
                ask(&format!("GET {base}/{noun}"), places, none.clone()).await;
                ask(&format!("DELETE {base}/{noun}/{{name}}"), &ids, none.clone()).await;
                ask(&format!("DELETE {base}/{noun}/{{name}}"), &ids, none.clone()).await;
            }
        }
        ask("POST /api-keys", &[], json!({ "provider": "openai", "apiKey": "sk-0123456789" })).await;
        ask("GET /api-keys", &[], none.clone()).await;
        ask("DELETE /api-keys/{provider}", &["openai"], none.clone()).await;
        let made = ask("POST /tokens", &[], json!({ "name": "ci", "scopes": ["read"] })).await;
        ask("GET /tokens", &[], none.clone()).await;
        let reader = made["token"].as_str().unwrap();
        truth.check("POST /flows", &house.ask(reader, "POST /flows", json!({ "name": "x" })).await);
        truth.check("GET /me", &house.ask("blx_wrong", "GET /me", none.clone()).await);
        ask("DELETE /tokens/{tokenId}", &[made["id"].as_str().unwrap()], none).await;
    }
}

/// Fields that answers may lack; every other is always there, null or not.
const MAY_BE_ABSENT: [&str; 17] = [
    "ApiError.details",
    "CanvasEdge.sourceHandle",
    "CanvasEdge.targetHandle",
    "CanvasNode.data",
    "CanvasState.edges",
    "CanvasState.nodes",
    "CanvasState.viewport",
    "Diagnostic.hint",
    "Diagnostic.listener",
    "ModelUsage.simulated",
    "StepError.details",
    "StepError.retryAfterMs",
    "StepError.usage",
    "StepError.retryable",
    "StepEvent.pinned",
    "StepEvent.reused",
    "TriggerConfig.",
];

#[test]
fn fields_of_answers_are_required() {
    let document = serde_json::to_value(crate::document(crate::operations())).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let is_input = |name: &str| name.ends_with("Request") || name == "Viewport";
    for (name, schema) in schemas.iter().filter(|(name, _)| !is_input(name)) {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for field in schema["properties"].as_object().into_iter().flat_map(|fields| fields.keys()) {
            let full = format!("{name}.{field}");
            let may_be_absent =
                MAY_BE_ABSENT.iter().any(|it| *it == full || it.ends_with('.') && full.starts_with(it));
            assert_eq!(
                required.contains(&field.as_str()),
                !may_be_absent,
                "{full}: is it `#[schema(required)]`?"
            );
        }
    }
}

#[test]
fn every_operation_says_what_a_client_needs() {
    let document = serde_json::to_value(crate::document(crate::operations())).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} comes twice");
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{name}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            let tag = &operation["tags"][0];
            assert!(
                document["tags"].as_array().unwrap().iter().any(|it| it["name"] == *tag),
                "{path}: {tag}"
            );
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
            }
        }
    }
}
