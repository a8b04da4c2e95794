//! The contract's table of statuses, row by row, through the real router.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::house::{Ann, House, Reply, YAML, request};

const BROKEN: &str =
    "organism: {name: x}\nlisteners:\n  - {name: a, handler: nothing-like-it, description: d}\n";
const FAILING: &str = "\
organism: {name: failing}
listeners:
  - {name: convert, description: d, handler: convert, config: {from: json, to: yaml, value: '{'}}
";
const TEAPOT: &str = "\
organism: {name: teapot}
listeners:
  - {name: out, description: d, handler: output, config: {payload: {short: true}, status: 418}}
";

/// A flow whose one step waits for a peer that never answers.
fn waiting(port: u16) -> String {
    format!(
        "organism: {{name: waiting}}\nlisteners:\n  - {{name: ask, description: d, handler: http, \
         config: {{url: 'http://127.0.0.1:{port}/'}}}}\n"
    )
}

/// What is expected of a request.
struct Row {
    case: &'static str,
    ask: Request<Body>,
    status: u16,
    /// Empty when it is no error.
    code: &'static str,
}

/// Ann's flows in each state, and what leads to them.
struct Flows<'h> {
    house: &'h House,
    token: &'h str,
}

impl Flows<'_> {
    async fn made(&self, path: &str, body: &Value) -> Value {
        let reply = self.house.ask(self.token, "POST", path, body).await;
        assert!(reply.status < 300, "{path} {reply:?}");
        reply.json()
    }

    /// The path of a new flow.
    async fn flow(&self, yaml: &str) -> String {
        let flow = self.made("/api/v1/flows", &json!({"name": "a flow", "organismYaml": yaml})).await;
        format!("/api/v1/flows/{}", flow["id"].as_str().unwrap())
    }

    async fn started(&self, yaml: &str) -> String {
        let flow = self.flow(yaml).await;
        self.made(&format!("{flow}/start"), &Value::Null).await;
        flow
    }

    /// The path that fires it.
    async fn hook(&self, flow: &str, config: Value) -> String {
        let body = json!({"type": "webhook", "name": "hook", "config": config});
        let hook = self.made(&format!("{flow}/triggers"), &body).await;
        format!("/webhooks/{}", hook["webhookToken"].as_str().unwrap())
    }

    fn row(
        &self,
        case: &'static str,
        (method, path): (&str, &str),
        body: &Value,
        (status, code): (u16, &'static str),
    ) -> Row {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let content_type = if body.is_null() { "" } else { "application/json" };
        Row { case, ask: request((method, path), self.token, content_type, text), status, code }
    }
}

async fn check(house: &House, rows: Vec<Row>) -> Vec<(&'static str, Reply)> {
    let mut replies = Vec::new();
    for Row { case, ask, status, code } in rows {
        let reply = house.send(ask).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{case}: {reply:?}");
        replies.push((case, reply));
    }
    replies
}

fn of<'r>(replies: &'r [(&'static str, Reply)], case: &str) -> &'r Reply {
    &replies.iter().find(|(name, _)| *name == case).unwrap().1
}

/// Somebody who takes connections and says nothing.
async fn silent_peer() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

db::testing::both_databases! {
    async fn a_webhook_is_answered_as_its_flow_stands(db: Db) {
        let house = House::on(&db, &["--egress-allow", "127.0.0.1"]).await;
        let Ann { token, .. } = house.ann().await;
        let flows = Flows { house: &house, token: &token };
        let (_peer, port) = silent_peer().await;
        let echo = flows.started(YAML).await;
        let accepted = flows.hook(&echo, json!({})).await;
        let result = flows.hook(&echo, json!({"respond": "result"})).await;
        let teapot = flows.hook(&flows.started(TEAPOT).await, json!({"respond": "result"})).await;
        let slow = flows.hook(&flows.started(&waiting(port)).await, json!({"respond": "result", "deadlineMs": 50})).await;
        let failing = flows.hook(&flows.started(FAILING).await, json!({"respond": "result"})).await;
        let stopped = flows.hook(&flows.flow(YAML).await, json!({})).await;
        let often = flows.hook(&echo, json!({"ratePerMinute": 1})).await;
        let said = json!({"said": 7});
        let fire = |case, path: &str, outcome| flows.row(case, ("POST", path), &said, outcome);
        let replies = check(&house, vec![
            fire("accepted", &accepted, (202, "")),
            fire("with the result", &result, (200, "")),
            fire("with the status of the output", &teapot, (418, "")),
            fire("past the deadline", &slow, (202, "")),
            fire("failed", &failing, (500, "execution_failed")),
            fire("of a stopped flow", &stopped, (409, "flow_not_running")),
            fire("once a minute", &often, (202, "")),
            fire("too fast", &often, (429, "rate_limited")),
            fire("unknown", "/webhooks/nothing-like-it", (404, "not_found")),
            flows.row("tested", ("GET", &format!("{stopped}/test")), &Value::Null, (200, "")),
            flows.row("unknown, tested", ("GET", "/webhooks/nothing-like-it/test"), &Value::Null, (404, "not_found")),
        ]).await;
        for case in ["accepted", "past the deadline"] {
            let body = of(&replies, case).json();
            assert_eq!(body["status"], "accepted");
            assert!(body["executionId"].is_string() && body["message"].is_string(), "{body}");
        }
        assert_eq!(of(&replies, "with the result").json(), said);
        let wait: u64 = of(&replies, "too fast").headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(of(&replies, "failed").json()["details"]["executionId"].is_string());
        assert_eq!(of(&replies, "unknown").text, of(&replies, "unknown, tested").text);
    }

    async fn a_flow_is_changed_only_in_the_right_state(db: Db) {
        let house = House::on(&db, &["--egress-allow", "127.0.0.1"]).await;
        let Ann { token, .. } = house.ann().await;
        let flows = Flows { house: &house, token: &token };
        let (_peer, port) = silent_peer().await;
        let (stopped, running, broken) = (flows.flow(YAML).await, flows.started(YAML).await, flows.flow(BROKEN).await);
        let stopping = flows.started(&waiting(port)).await;
        let hook = flows.hook(&stopping, json!({})).await;
        flows.made(&format!("{stopping}/executions/run"), &Value::Null).await;
        let status = flows.made(&format!("{stopping}/stop"), &Value::Null).await;
        assert_eq!(status["status"], "stopping");
        let (edit, none) = (json!({"name": "other"}), Value::Null);
        let at = |flow: &str, rest: &str| format!("{flow}{rest}");
        let replies = check(&house, vec![
            flows.row("run, stopped", ("POST", &at(&stopped, "/executions/run")), &none, (409, "flow_not_running")),
            flows.row("run, stopping", ("POST", &at(&stopping, "/executions/run")), &none, (409, "flow_not_running")),
            flows.row("webhook, stopping", ("POST", &hook), &none, (409, "flow_not_running")),
            flows.row("start, running", ("POST", &at(&running, "/start")), &none, (409, "wrong_state")),
            flows.row("start, stopping", ("POST", &at(&stopping, "/start")), &none, (409, "wrong_state")),
            flows.row("stop, stopped", ("POST", &at(&stopped, "/stop")), &none, (409, "wrong_state")),
            flows.row("edit, running", ("PATCH", &running), &edit, (409, "wrong_state")),
            flows.row("edit, stopping", ("PATCH", &stopping), &edit, (409, "wrong_state")),
            flows.row("delete, running", ("DELETE", &running), &none, (409, "wrong_state")),
            flows.row("delete, stopping", ("DELETE", &stopping), &none, (409, "wrong_state")),
            flows.row("start, broken", ("POST", &at(&broken, "/start")), &none, (422, "invalid_flow")),
            flows.row("edit, stopped", ("PATCH", &stopped), &edit, (200, "")),
            flows.row("delete, stopped", ("DELETE", &stopped), &none, (204, "")),
            flows.row("get, deleted", ("GET", &stopped), &none, (404, "not_found")),
        ]).await;
        for case in ["webhook, stopping", "run, stopping"] {
            let message = of(&replies, case).json()["message"].as_str().unwrap().to_owned();
            assert!(message.starts_with("the flow is stopping: what is on its way may end"), "{message}");
        }
        assert_eq!(of(&replies, "edit, running").json()["details"]["status"], "running");
        assert_eq!(of(&replies, "delete, stopping").json()["details"]["status"], "stopping");
        let diagnostics = &of(&replies, "start, broken").json()["details"]["diagnostics"];
        assert_eq!(diagnostics[0]["line"], 3, "{diagnostics}");
    }

    async fn a_request_that_cannot_be_taken_says_why(db: Db) {
        let house = House::on(&db, &[]).await;
        let Ann { token, flow, .. } = house.ann().await;
        let flows = Flows { house: &house, token: &token };
        let (none, named) = (Value::Null, json!({"name": "x"}));
        let stopped = flows.flow(YAML).await;
        let raw = |case, content_type: &str, body: &str, status, code| {
            let ask = request(("POST", "/api/v1/flows"), &token, content_type, body.to_owned());
            Row { case, ask, status, code }
        };
        let json = "application/json";
        let mut stale = flows.row("stale", ("PATCH", &stopped), &named, (412, "stale"));
        stale.ask.headers_mut().insert("if-match", "\"999\"".parse().unwrap());
        let mut fresh = flows.row("fresh", ("PATCH", &stopped), &named, (200, ""));
        let seen = house.ask(&token, "GET", &stopped, &none).await.headers["etag"].clone();
        fresh.ask.headers_mut().insert("if-match", seen);
        let replies = check(&house, vec![
            flows.row("unknown address", ("GET", "/api/v1/nowhere"), &none, (404, "not_found")),
            flows.row("unknown flow", ("GET", "/api/v1/flows/01890a5d-ac96-774b-bcce-b302099a8057"), &none, (404, "not_found")),
            flows.row("field", ("POST", "/api/v1/flows"), &json!({"name": ""}), (422, "validation_error")),
            flows.row("query", ("GET", "/api/v1/flows?page=0"), &none, (422, "validation_error")),
            raw("malformed", json, "{", 400, "bad_request"),
            raw("nul", json, r#"{"name": "\u0000"}"#, 400, "bad_request"),
            raw("type", "text/yaml", "name: x", 415, "unsupported_media_type"),
            raw("size", json, &" ".repeat((1 << 20) + 1), 413, "too_large"),
            flows.row("method", ("PUT", "/api/v1/flows"), &none, (405, "method_not_allowed")),
            stale,
            fresh,
        ]).await;
        assert_eq!(of(&replies, "unknown address").text, of(&replies, "unknown flow").text);
        assert!(of(&replies, "field").json()["details"]["name"].is_string());
        assert!(of(&replies, "query").json()["details"]["page"].is_string());
        assert_eq!(of(&replies, "method").headers["allow"], "GET,HEAD,POST");
        let reader = house.ask(&token, "POST", "/api/v1/tokens", &json!({"name": "r", "scopes": ["read"]})).await;
        let reader = reader.json()["token"].as_str().unwrap().to_owned();
        let refused = house.ask(&reader, "POST", &format!("/api/v1/flows/{flow}/stop"), &none).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "forbidden"));
        let nobody = house.ask("", "GET", "/api/v1/flows", &none).await;
        assert_eq!((nobody.status, nobody.code().as_str()), (401, "unauthenticated"));
        assert_eq!(nobody.headers["www-authenticate"], "Bearer");
    }

    async fn a_free_user_has_one_flow_and_a_thousand_runs(db: Db) {
        let house = Arc::new(House::on(&db, &["--default-tier", "free"]).await);
        let token = house.token("ann@example.com").await;
        let flows = Flows { house: &house, token: &token };
        let flow = flows.started(YAML).await;
        let hook = flows.hook(&flow, json!({})).await;
        let second = flows.row("flows", ("POST", "/api/v1/flows"), &json!({"name": "second"}), (403, "flow_limit"));
        check(&house, vec![second]).await;
        let mut runs = JoinSet::new();
        for _ in 0..1_010 {
            let (house, ask) = (Arc::clone(&house), request(("POST", &hook), "", "", ""));
            runs.spawn(async move { house.send(ask).await.status });
        }
        let statuses = runs.join_all().await;
        let of = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!((of(202), of(402)), (1_000, 10));
        let run = format!("{flow}/executions/run");
        check(&house, vec![flows.row("runs", ("POST", &run), &Value::Null, (402, "run_quota"))]).await;
    }

    async fn a_server_that_takes_no_work_asks_to_come_again(db: Db) {
        let house = House::on(&db, &[]).await;
        let ann = house.ann().await;
        let hook = format!("/webhooks/{}", ann.webhook);
        let run = format!("/api/v1/flows/{}/executions/run", ann.flow);
        let starting = House::asleep(&db, &["--blox-data-dir", house.config.blox_data_dir.to_str().unwrap()]);
        house.rooms.engine.close().await;
        for (house, what) in [(&starting, "starting"), (&house, "draining")] {
            for (path, token) in [(&hook, ""), (&run, ann.token.as_str())] {
                let reply = house.ask(token, "POST", path, &Value::Null).await;
                assert_eq!((reply.status, reply.code().as_str()), (503, "not_ready"), "{what} {path} {reply:?}");
                assert_eq!(reply.headers["retry-after"], "1");
            }
            let ready = house.ask("", "GET", "/health/ready", &Value::Null).await;
            assert_eq!((ready.status, ready.headers["retry-after"].to_str().unwrap()), (503, "1"), "{what}");
            assert_eq!(house.ask("", "GET", "/health/live", &Value::Null).await.status, 200);
        }
        let executions = house.ask(&ann.token, "GET", &format!("/api/v1/flows/{}/executions", ann.flow), &Value::Null).await;
        assert_eq!(executions.json()["total"], 1, "what was refused left nothing");
    }
}
