//! What the tests of operations share: the whole interface on a fresh database, with a clock that stands still.

use std::collections::HashMap;
use std::sync::Arc;

use accounts::{
    Accounts, AccountsSettings, ClerkSettings, FetchKeys, MasterKeys, Mode, Purpose, Scopes, Tier,
    TokenRequest, WebhookSecret,
};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use db::Db;
use engine::{Admission, BoundSecret, Engine, Keeper, Parts, Retention, Terms};
use journal::Journal;
use kit::ids::{ApprovalId, FlowId, OwnerId, TriggerId};
use kit::{Clock, Entropy, Secret, Sources, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::ApiState;

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(crate) const ISSUER: &str = "https://clerk.example.com";
pub(crate) const WEBHOOK_SECRET_BYTES: [u8; 24] = *b"twenty-four secret bytes";
const SIGNER: &[u8] = include_bytes!("../../../core/accounts/fixtures/signer.pem");
const SIGNER_MODULUS: &str = include_str!("../../../core/accounts/fixtures/signer.modulus");

/// A flow whose one step needs nothing.
pub(crate) const YAML: &str = "\
organism: {name: echo}
listeners:
  - name: echo            # says what it hears
    description: Says what it hears
    handler: output
    config: {payload: '{{ input }}'}
";

/// The interface, begun.
pub(crate) struct House {
    pub(crate) state: ApiState,
    router: Router,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Null when there is none.
    pub(crate) body: Value,
}

impl House {
    pub(crate) async fn on(db: Db) -> Self {
        let sources = Sources { clock: Clock::manual(START), entropy: Entropy::system() };
        let client = net::Client::new(net::EgressAllow::default()).unwrap();
        let keys = MasterKeys::parse(&STANDARD.encode(Entropy::seeded(1).bytes::<32>())).unwrap();
        let mut clerk = ClerkSettings::new(ISSUER).unwrap();
        clerk.webhook_secret = Some(WebhookSecret::parse(&STANDARD.encode(WEBHOOK_SECRET_BYTES)).unwrap());
        let mut settings = AccountsSettings::new(Mode::Clerk(clerk));
        settings.default_tier = Tier::Pro;
        let accounts = Accounts::with_key_source(settings, db.clone(), Arc::new(Keys), sources.clone(), keys);
        let mut models = llm::Settings::from_variables(|_| None).unwrap();
        for provider in &mut models.providers {
            // Nobody is asked over the network: what is private is refused without a try.
            provider.base_url = "http://127.0.0.1:9/v1".to_owned();
        }
        let gateway =
            llm::Gateway::new(models, client.clone(), Arc::new(llm::OperatorKeysOnly), sources.clone());
        gateway.keep_records(db.clone());
        let owners = Arc::new(Owners(accounts.clone()));
        let engine = Engine::new(Parts {
            journal: Journal::new(db),
            registry: nodes::registry(
                client,
                gateway.clone(),
                sources.clock.clone(),
                nodes::Services::default(),
            ),
            admission: Arc::clone(&owners) as _,
            keeper: owners,
            limits: engine::Limits::default(),
            sources: sources.clone(),
            is_alone: true,
            version: "test",
            address: None,
            watchdog: engine::Watchdog::default(),
            alarm: None,
        });
        engine.begin().await.unwrap();
        let webhook_base_url = "https://flows.example.com/webhooks".to_owned();
        let proxies = door::Proxies::default();
        let state = ApiState { engine, accounts, gateway, clock: sources.clock, webhook_base_url, proxies };
        let settings = door::Settings {
            cors_origins: Vec::new(),
            body: door::body::BodyLimits::default(),
            entropy: Entropy::system(),
        };
        let router = door::close(crate::router(state.clone()), &settings);
        Self { state, router }
    }

    /// A token, with all scopes, of a person who is made when needed.
    pub(crate) async fn token(&self, email: &str) -> String {
        self.token_for(email, "*").await
    }

    pub(crate) async fn token_for(&self, email: &str, scopes: &str) -> String {
        let scopes: Scopes = scopes.parse().unwrap();
        let request = TokenRequest { name: "test".to_owned(), scopes, expires_at: None };
        let (_, token) = self.state.accounts.create_token_for_email(email, request).await.unwrap();
        token.secret.expose().clone()
    }

    /// Asks with a method and a path below `/api/v1`, as `POST /flows`; without a body when it is null.
    pub(crate) async fn ask(&self, token: &str, what: &str, body: Value) -> Reply {
        self.send(request(token, what, &body)).await
    }

    pub(crate) async fn ask_with(
        &self,
        token: &str,
        what: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = request(token, what, &body);
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        self.send(request).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let (status, headers, bytes) = self.bytes(request).await;
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Reply { status, headers, body }
    }

    /// An answer that is no JSON.
    pub(crate) async fn bytes(&self, request: Request<Body>) -> (u16, HeaderMap, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (head.status.as_u16(), head.headers, bytes.to_vec())
    }

    /// The id of a new flow.
    pub(crate) async fn flow(&self, token: &str, name: &str) -> String {
        let made = self.ask(token, "POST /flows", json!({ "name": name, "organismYaml": YAML })).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["id"].as_str().unwrap().to_owned()
    }
}

impl Reply {
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

fn request(token: &str, what: &str, body: &Value) -> Request<Body> {
    let (method, path) = what.split_once(' ').unwrap();
    let path = if path.starts_with("/webhooks") { path.to_owned() } else { format!("/api/v1{path}") };
    let request =
        Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    match body {
        Value::Null => request.body(Body::empty()).unwrap(),
        body => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
    }
}

/// A session token as Clerk makes it for `user_ann`, with more claims.
pub(crate) fn session_token(more: &Value) -> String {
    let now = START.as_millis() / 1_000;
    let mut claims = json!({"iss": ISSUER, "sub": "user_ann", "sid": "sess_1", "iat": now, "exp": now + 60});
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let header = jsonwebtoken::Header {
        kid: Some("ins_1".to_owned()),
        ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256)
    };
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(SIGNER).unwrap();
    jsonwebtoken::encode(&header, &claims, &key).unwrap()
}

/// Clerk's key set.
#[derive(Debug)]
struct Keys;

#[async_trait]
impl FetchKeys for Keys {
    async fn fetch(&self, _: &str) -> Result<Vec<u8>, String> {
        let key = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "ins_1", "n": SIGNER_MODULUS.trim(), "e": "AQAB"});
        Ok(json!({ "keys": [key] }).to_string().into_bytes())
    }
}

/// What the engine asks of owners, answered as the frame answers it.
struct Owners(Accounts);

#[async_trait]
impl Admission for Owners {
    async fn terms(&self, _: OwnerId) -> Result<Terms, String> {
        Ok(Terms { tier: "pro".to_owned(), runs_limit: None })
    }

    async fn retention(&self, _: OwnerId) -> Result<Retention, String> {
        Ok(Retention::default())
    }
}

#[async_trait]
impl Keeper for Owners {
    async fn variables(&self, owner: OwnerId, flow: FlowId) -> Result<Value, String> {
        self.0.variables_for(owner, flow).await.map(Value::Object).map_err(|error| error.to_string())
    }

    async fn secrets(&self, owner: OwnerId, flow: FlowId) -> Result<HashMap<String, BoundSecret>, String> {
        let all = self.0.secrets_for(owner, flow).await.map_err(|error| error.to_string())?;
        let bound = |secret: accounts::BoundSecret| BoundSecret { value: secret.value, hosts: secret.hosts };
        Ok(all.into_iter().map(|(name, secret)| (name, bound(secret))).collect())
    }

    fn seal(&self, owner: OwnerId, trigger: TriggerId, token: &Secret) -> Result<Vec<u8>, String> {
        let (name, bytes) = (trigger.to_string(), token.expose().as_bytes());
        self.0.vault().seal(owner, Purpose::WEBHOOK_TOKEN, &name, bytes).map_err(|error| error.to_string())
    }

    fn unseal(&self, owner: OwnerId, trigger: TriggerId, sealed: &[u8]) -> Result<Secret, String> {
        let opened = self.0.vault().open(owner, Purpose::WEBHOOK_TOKEN, &trigger.to_string(), sealed);
        opened.map_err(|error| error.to_string())
    }

    fn ticket(&self, approval: ApprovalId) -> Secret {
        Secret::new(approval.to_string().chars().rev().collect())
    }

    fn redeem(&self, ticket: &str) -> Option<ApprovalId> {
        ticket.chars().rev().collect::<String>().parse().ok()
    }
}
