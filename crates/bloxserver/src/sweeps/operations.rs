//! Every operation that the server describes, with a path and a body that fit.

use serde_json::{Value, json};

use super::house::{Ann, House, YAML};

/// One method of one address.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    /// In capitals.
    pub(super) method: String,
    /// With its parameters in braces.
    pub(super) path: String,
    /// What the document calls it.
    pub(super) id: String,
    /// Whether it only looks.
    pub(super) reads: bool,
    /// Whether it asks who is there.
    pub(super) is_signed: bool,
    /// The names of the parameters of its query.
    pub(super) query: Vec<String>,
    /// Whether it reads a JSON body.
    pub(super) reads_json: bool,
}

/// All of them, from the document that the server itself hands out.
pub(super) async fn all(house: &House) -> Vec<Operation> {
    let document = house.ask("", "GET", "/openapi.json", &Value::Null).await.json();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(|(method, operation)| read(path, method, operation))
    });
    let operations: Vec<Operation> = operations.collect();
    assert!(operations.len() > 40, "the document describes {} operations alone", operations.len());
    operations
}

fn read(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|parameter| parameter["in"] == "query");
    let is_signed = operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty());
    let content = operation["requestBody"]["content"].as_object();
    Operation {
        method: method.to_uppercase(),
        id: operation["operationId"].as_str().unwrap().to_owned(),
        reads: operation["security"][0]["bearer"][0] == "read",
        path: path.to_owned(),
        is_signed,
        query: query.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect(),
        // What a webhook is sent is opaque, and read only when it is known who sends it.
        reads_json: is_signed && content.is_some_and(|content| content.keys().eq(["application/json"])),
    }
}

impl Operation {
    /// The names of the parameters of its path.
    pub(super) fn parameters(&self) -> Vec<&str> {
        self.path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
    }

    /// Whether its path names an object by an id that only its owner knows.
    pub(super) fn names_an_id(&self) -> bool {
        self.parameters().iter().any(|name| name.ends_with("Id"))
    }

    /// Its path with `value` for each parameter.
    pub(super) fn path_with(&self, value: impl Fn(&str) -> String) -> String {
        let mut path = self.path.clone();
        for name in self.parameters() {
            path = path.replace(&format!("{{{name}}}"), &value(name));
        }
        path
    }

    /// Its path to Ann's objects.
    pub(super) fn path_to(&self, ann: &Ann) -> String {
        self.path_with(|name| match name {
            "flowId" => ann.flow.clone(),
            "triggerId" => ann.trigger.clone(),
            "executionId" => ann.execution.clone(),
            "tokenId" => ann.token_id.clone(),
            "token" => ann.webhook.clone(),
            "provider" => "openai".to_owned(),
            "approvalId" => ann.approval.clone(),
            "ticket" => ann.ticket.clone(),
            "number" => "1".to_owned(),
            "listener" => "shape".to_owned(),
            "name" if self.path.contains("/secrets/") => "CANARY".to_owned(),
            "name" => "canary".to_owned(),
            other => panic!("say here what stands for {{{other}}} of {}", self.path),
        })
    }

    /// A body that it takes; null for one that takes none.
    pub(super) fn body(&self) -> Value {
        if !self.reads_json {
            return Value::Null;
        }
        let (_, path) = self.path.split_once("/api/v1").unwrap_or_default();
        match (self.method.as_str(), path) {
            ("POST", "/flows") => json!({ "name": "a flow" }),
            ("PATCH", "/flows/{flowId}") => json!({ "description": "changed" }),
            ("POST", "/flows/validate" | "/flows/fit") => json!({ "organismYaml": YAML }),
            ("POST", "/flows/{flowId}/fit") => json!({ "organismYaml": YAML }),
            ("POST", "/flows/convert/to-canvas") => json!({ "organismYaml": YAML }),
            ("POST", "/flows/convert/to-yaml") => {
                let trigger = json!({"id": "trigger", "type": "trigger", "position": {"x": 0, "y": 0}});
                let echo = json!({"id": "echo", "type": "output", "position": {"x": 0, "y": 0}});
                let shape = json!({"id": "shape", "type": "set", "position": {"x": 0, "y": 0}});
                let edge =
                    json!({"id": "shape-next-echo", "source": "shape", "target": "echo", "type": "next"});
                let canvas = json!({ "nodes": [trigger, shape, echo], "edges": [edge] });
                json!({ "organismYaml": YAML, "canvasState": canvas })
            }
            ("POST", "/schedules/preview") => json!({ "config": { "cron": "@daily" } }),
            ("POST", "/flows/{flowId}/triggers") => json!({ "type": "manual", "name": "by hand" }),
            ("PATCH", "/flows/{flowId}/triggers/{triggerId}") => json!({ "name": "changed" }),
            ("POST", "/flows/{flowId}/executions/run") => json!({ "inputPayload": 7 }),
            ("POST", "/flows/{flowId}/executions/test") => json!({ "inputPayload": 7 }),
            ("PUT", "/flows/{flowId}/pins/{listener}") => json!({ "output": 7 }),
            ("POST", path) if path.ends_with("/replay") => json!({ "on": "current" }),
            ("POST", "/api-keys") => json!({ "provider": "openai", "apiKey": "sk-0123456789" }),
            ("POST", "/approvals/{approvalId}/decide") => json!({ "decision": "approve" }),
            ("PUT", "/llm/key-order") => json!({ "order": "own_only" }),
            ("POST", "/tokens") => json!({ "name": "a token", "scopes": ["read"] }),
            ("PUT", path) if path.contains("/secrets/") || path.contains("/variables/") => {
                json!({ "value": "v" })
            }
            (method, _) => panic!("say here which body {method} {} takes", self.path),
        }
    }
}
