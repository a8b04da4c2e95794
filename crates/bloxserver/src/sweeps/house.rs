//! The whole server behind its real router, and two people: Ann, who has one of everything, and Bob.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use clap::Parser;
use db::Db;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::config::Config;
use crate::rooms::{self, Rooms};
use crate::{Program, routes};

/// Stands in everything that is Ann's, and must stand in no answer to anybody else.
pub(super) const CANARY: &str = "canary-of-ann";

const ANN: &str = "ann@example.com";

/// Answers what it was given.
pub(super) const YAML: &str = "\
organism: {name: echo}
listeners:
  - {name: shape, description: Hands on, handler: set, config: {payload: '{{ input }}'}, next: echo}
  - name: echo
    description: Says what it hears
    handler: output
    config: {payload: '{{ input }}'}
";

/// Waits for a person.
const ASKING: &str = "\
organism: {name: asking}
listeners:
  - {name: ask, description: Asks, handler: approval, config: {message: '{{ input }}?'}}
";

pub(super) struct House {
    pub(super) rooms: Rooms,
    pub(super) config: Config,
    router: Router,
    _folder: tempfile::TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

/// Ann's token, and her objects by the names that paths give them.
pub(super) struct Ann {
    pub(super) token: String,
    pub(super) flow: String,
    pub(super) trigger: String,
    pub(super) execution: String,
    pub(super) token_id: String,
    pub(super) webhook: String,
    pub(super) approval: String,
    pub(super) ticket: String,
}

impl House {
    /// The server as it is started, with some more flags; it takes work.
    pub(super) async fn on(db: &Db, flags: &[&str]) -> Self {
        let house = Self::asleep(db, flags);
        house.rooms.engine.begin().await.unwrap();
        house
    }

    /// The same, before it takes work.
    pub(super) fn asleep(db: &Db, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("models.toml");
        // Providers that cannot be reached: no test asks the real ones.
        let nowhere = |name: &str| format!("[providers.{name}]\nbase_url = \"http://127.0.0.1:9/v1\"\n");
        std::fs::write(&models, ["openai", "anthropic", "xai", "together"].map(nowhere).concat()).unwrap();
        let defaults = [
            ("--blox-data-dir", folder.path().to_str().unwrap()),
            ("--default-tier", "pro"),
            ("--llm-config", models.to_str().unwrap()),
        ];
        let defaults = defaults.iter().filter(|(flag, _)| !flags.contains(flag));
        let words = std::iter::once("bloxserver").chain(defaults.flat_map(|(flag, value)| [*flag, *value]));
        let config = Program::parse_from(words.chain(flags.iter().copied()).chain(["version"])).config;
        let rooms = rooms::open(&config, db).unwrap();
        let router = routes::router(&rooms, &config, Router::new()).unwrap();
        Self { rooms, config, router, _folder: folder }
    }

    /// A token of a person who is made when needed.
    pub(super) async fn token(&self, email: &str) -> String {
        let name = if email == ANN { CANARY } else { "of somebody else" };
        let scopes = accounts::Scopes::all();
        let request = accounts::TokenRequest { name: name.to_owned(), scopes, expires_at: None };
        let (_, token) = self.rooms.accounts.create_token_for_email(email, request).await.unwrap();
        token.secret.expose().clone()
    }

    /// Asks as somebody, with JSON unless it is null.
    pub(super) async fn ask(&self, token: &str, method: &str, path: &str, body: &Value) -> Reply {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let content_type = if body.is_empty() { "" } else { "application/json" };
        self.send(request((method, path), token, content_type, body)).await
    }

    /// Waits until Ann's flow has stopped.
    pub(super) async fn until_stopped(&self, ann: &Ann) {
        let path = format!("/api/v1/flows/{}", ann.flow);
        for _ in 0..1_000 {
            if self.ask(&ann.token, "GET", &path, &Value::Null).await.json()["status"] == "stopped" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the flow does not stop");
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status: head.status.as_u16(), headers: head.headers, text }
    }

    /// A person with one of everything.
    pub(super) async fn ann(&self) -> Ann {
        let token = self.token(ANN).await;
        let made = async |path: &str, body: Value| {
            let reply = self.ask(&token, "POST", path, &body).await;
            assert!(reply.status == 200 || reply.status == 201, "{path} {reply:?}");
            reply.json()
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let draft =
            json!({"name": CANARY, "description": CANARY, "organismYaml": format!("# {CANARY}\n{YAML}")});
        let flow = text(&made("/api/v1/flows", draft).await["id"]);
        let base = format!("/api/v1/flows/{flow}");
        let config = json!({"respond": "result"});
        let hook =
            made(&format!("{base}/triggers"), json!({"type": "webhook", "name": CANARY, "config": config}))
                .await;
        made(&format!("{base}/start"), Value::Null).await;
        let run = made(&format!("{base}/executions/run"), json!({"inputPayload": CANARY})).await;
        let draft = json!({"name": CANARY, "organismYaml": ASKING});
        let asking = text(&made("/api/v1/flows", draft).await["id"]);
        made(&format!("/api/v1/flows/{asking}/start"), Value::Null).await;
        made(&format!("/api/v1/flows/{asking}/executions/run"), json!({"inputPayload": CANARY})).await;
        let asked = self.ask(&token, "GET", "/api/v1/approvals", &Value::Null).await.json();
        let link = text(&asked["items"][0]["link"]);
        made("/api/v1/api-keys", json!({"provider": "openai", "apiKey": format!("sk-{CANARY}")})).await;
        for base in ["/api/v1", &base] {
            for (path, value) in
                [("secrets/CANARY", json!(CANARY)), ("variables/canary", json!({ "is": CANARY }))]
            {
                let put =
                    self.ask(&token, "PUT", &format!("{base}/{path}"), &json!({ "value": value })).await;
                assert_eq!(put.status, 200, "{put:?}");
            }
        }
        let pin = json!({ "output": CANARY });
        let pinned = self.ask(&token, "PUT", &format!("{base}/pins/shape"), &pin).await;
        assert_eq!(pinned.status, 200, "{pinned:?}");
        self.rooms.accounts.set_operator(ANN, true).await.unwrap();
        let tokens = self.ask(&token, "GET", "/api/v1/tokens", &Value::Null).await.json();
        Ann {
            flow,
            trigger: text(&hook["id"]),
            execution: text(&run["id"]),
            token_id: text(&tokens[0]["id"]),
            webhook: text(&hook["webhookToken"]),
            approval: text(&asked["items"][0]["id"]),
            ticket: link.rsplit('/').next().unwrap().to_owned(),
            token,
        }
    }
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(super) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Refused because of the caller, in the one shape that errors have.
    pub(super) fn is_refusal(&self) -> bool {
        let body = self.json();
        let fields = body.as_object().is_some_and(|fields| {
            fields.keys().all(|field| ["code", "message", "details"].contains(&field.as_str()))
        });
        (400..500).contains(&self.status) && fields && body["code"].is_string() && body["message"].is_string()
    }
}

/// A request with a body of a stated type; without the header when it is empty.
pub(super) fn request(
    (method, path): (&str, &str),
    token: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> Request<Body> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if !content_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    request.body(body.into()).unwrap()
}
