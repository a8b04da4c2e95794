use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{Answer, Server, request, until};

/// The API as one user sees it.
#[derive(Clone)]
pub(crate) struct Api {
    address: SocketAddr,
    token: Option<String>,
}

impl Api {
    /// As the user of development sign-in.
    pub(crate) fn of(server: &Server) -> Self {
        Self { address: server.address(), token: None }
    }

    /// As the owner of a personal token.
    pub(crate) fn with_token(server: &Server, token: &str) -> Self {
        Self { address: server.address(), token: Some(token.to_owned()) }
    }

    /// Any request below `/api/v1`; a body is JSON.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Json>) -> Answer {
        let authorization = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers: Vec<(&str, &str)> = Vec::new();
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        headers.extend(body.map(|_| ("content-type", "application/json")));
        let bytes = body.map(Json::to_string).unwrap_or_default();
        request(self.address, method, &format!("/api/v1{path}"), &headers, bytes.as_bytes())
            .expect("an answer")
    }

    /// A request that goes well.
    pub(crate) fn done(&self, method: &str, path: &str, body: Option<&Json>) -> Json {
        let answer = self.ask(method, path, body);
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.text());
        if answer.body.is_empty() { Json::Null } else { answer.json() }
    }

    /// Creates and starts a flow; its id.
    pub(crate) fn flow(&self, name: &str, yaml: &str) -> String {
        let flow = self.done("POST", "/flows", Some(&json!({ "name": name, "organismYaml": yaml })));
        let id = flow["id"].as_str().expect("an id").to_owned();
        self.done("POST", &format!("/flows/{id}/start"), None);
        id
    }

    /// Gives a flow a webhook; the path to fire.
    pub(crate) fn webhook(&self, flow: &str, config: &Json) -> String {
        let body = json!({ "type": "webhook", "name": "story", "config": config });
        let trigger = self.done("POST", &format!("/flows/{flow}/triggers"), Some(&body));
        let url = trigger["webhookUrl"].as_str().expect("its address");
        format!("/webhooks/{}", url.rsplit('/').next().unwrap_or_default())
    }

    /// Every execution of a flow.
    pub(crate) fn executions(&self, flow: &str) -> Vec<Json> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/flows/{flow}/executions?page={page}&pageSize=200");
            let list = self.done("GET", &path, None);
            all.extend(list["items"].as_array().expect("items").iter().cloned());
            if list["hasMore"] != true {
                return all;
            }
        }
        all
    }

    /// The steps of an execution.
    pub(crate) fn events(&self, flow: &str, execution: &str) -> Vec<Json> {
        let list = self.done("GET", &format!("/flows/{flow}/executions/{execution}/events"), None);
        list["items"].as_array().expect("items").clone()
    }

    /// Waits until no execution of the flow is running.
    pub(crate) fn wait_until_all_ended(&self, flow: &str, patience: Duration) {
        let path = format!("/flows/{flow}/executions?statusFilter=running&pageSize=1");
        until("every execution ends", patience, || {
            (self.done("GET", &path, None)["total"] == 0).then_some(())
        });
    }
}
