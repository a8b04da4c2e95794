//! A whole engine on a real database, with handlers that tests can hold still.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use db::Db;
use engine::flow::Payload;
use engine::flow::catalogue::{HandlerSpec, Place};
use engine::{
    Admission, Answer, BoundSecret, Context, Engine, Failure, FlowDraft, Handler, Keeper, Outcome, Parts,
    Registry, Terms, TurnHandler,
};
use journal::Journal;
use kit::ids::{FlowId, OwnerId, TriggerId};
use kit::{Secret, Sources};
use serde_json::{Value as Json, json};
use tokio::sync::Notify;

/// Owners with one monthly limit for all, and no secrets.
pub(crate) struct Owners {
    pub(crate) runs_limit: Option<u64>,
}

#[async_trait]
impl Admission for Owners {
    async fn terms(&self, _: OwnerId) -> Result<Terms, String> {
        Ok(Terms { tier: "free".to_owned(), runs_limit: self.runs_limit })
    }
}

#[async_trait]
impl Keeper for Owners {
    async fn variables(&self, _: OwnerId, _: FlowId) -> Result<Json, String> {
        Ok(json!({ "greeting": "hello" }))
    }

    async fn secrets(&self, _: OwnerId, _: FlowId) -> Result<HashMap<String, BoundSecret>, String> {
        let secret = BoundSecret { value: Secret::from("s3cret"), hosts: Vec::new() };
        Ok(HashMap::from([("KEY".to_owned(), secret)]))
    }

    fn seal(&self, _: OwnerId, _: TriggerId, token: &Secret) -> Result<Vec<u8>, String> {
        Ok(token.expose().bytes().rev().collect())
    }

    fn unseal(&self, _: OwnerId, _: TriggerId, sealed: &[u8]) -> Result<Secret, String> {
        Ok(Secret::new(sealed.iter().rev().map(|byte| char::from(*byte)).collect()))
    }
}

/// `set`: hands its rendered payload on.
struct Set;

impl TurnHandler for Set {
    fn spec(&self) -> HandlerSpec {
        spec("set", Place::Turn)
    }

    fn run(&self, config: Json, _: &Payload) -> Outcome {
        Answer::new(config["payload"].clone()).into()
    }
}

/// `effect`: counts its attempts, fails as often as it is told, waits when it is told.
#[derive(Default)]
pub(crate) struct Effect {
    pub(crate) attempts: AtomicU32,
    pub(crate) keys: Mutex<Vec<String>>,
    pub(crate) failures: AtomicU32,
    pub(crate) holds: std::sync::atomic::AtomicBool,
    pub(crate) entered: Notify,
}

#[async_trait]
impl Handler for Effect {
    fn spec(&self) -> HandlerSpec {
        spec("effect", Place::Outside)
    }

    async fn run(&self, context: &Context, config: Json, input: Payload) -> Outcome {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        self.keys.lock().unwrap().push(context.step_key.clone());
        self.entered.notify_one();
        if self.holds.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.failures.load(Ordering::SeqCst) > 0 {
            self.failures.fetch_sub(1, Ordering::SeqCst);
            return Failure::transient("flaky", "not this time").into();
        }
        Answer::new(json!({ "took": input, "config": config })).into()
    }
}

/// `agent`: calls every tool once, then tells what they said.
struct Model;

#[async_trait]
impl Handler for Model {
    fn spec(&self) -> HandlerSpec {
        spec("agent", Place::Outside)
    }

    async fn run(&self, _: &Context, config: Json, _: Payload) -> Outcome {
        let messages = config["messages"].as_array().unwrap();
        let answers: Vec<&Json> = messages.iter().filter(|message| message["role"] == "tool").collect();
        if answers.is_empty() {
            let calls: Vec<Json> = (config["tools"].as_array().unwrap().iter().enumerate())
                .map(|(n, tool)| json!({ "id": format!("c{n}"), "name": tool["name"], "arguments": { "n": n } }))
                .collect();
            return Answer::new(json!({ "content": null, "calls": calls })).into();
        }
        let said: Vec<&str> = answers.iter().map(|answer| answer["content"].as_str().unwrap()).collect();
        Answer::new(json!({ "content": said.join(" & "), "calls": [] })).into()
    }
}

fn spec(name: &'static str, place: Place) -> HandlerSpec {
    let config = json!({ "type": "object" });
    HandlerSpec {
        name,
        title: name,
        description: name,
        icon: "box",
        place,
        config,
        input: None,
        output: None,
        timeout_ms: 5_000,
    }
}

pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) owner: OwnerId,
    pub(crate) effect: Arc<Effect>,
    pub(crate) journal: Journal,
}

impl House {
    /// An engine on a database, begun.
    pub(crate) async fn on(db: Db, runs_limit: Option<u64>) -> Self {
        Self::at(db, runs_limit, Sources::system()).await
    }

    /// The same, in a time of the test's own.
    pub(crate) async fn at(db: Db, runs_limit: Option<u64>, sources: Sources) -> Self {
        let effect = Arc::new(Effect::default());
        let owners = Arc::new(Owners { runs_limit });
        let journal = Journal::new(db);
        let engine = Engine::new(Parts {
            journal: journal.clone(),
            registry: Registry::new(vec![Arc::new(Set)], vec![Arc::clone(&effect) as _, Arc::new(Model)]),
            admission: Arc::clone(&owners) as _,
            keeper: owners,
            sources: sources.clone(),
            is_alone: true,
            version: "test",
        });
        engine.begin().await.unwrap();
        Self { engine, owner: sources.id(), effect, journal }
    }

    /// A flow of that text, started.
    pub(crate) async fn flow(&self, yaml: &str) -> FlowId {
        let draft = FlowDraft {
            name: "test".to_owned(),
            organism_yaml: Some(yaml.to_owned()),
            ..FlowDraft::default()
        };
        let flow = self.engine.create_flow(self.owner, 1_000, draft).await.unwrap();
        self.engine.start_flow(self.owner, flow.id, None).await.unwrap();
        flow.id
    }
}
