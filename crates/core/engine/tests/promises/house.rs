//! A whole engine on a real database, with handlers that tests can hold still.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use db::Db;
use engine::flow::Payload;
use engine::flow::catalogue::{HandlerSpec, Place};
use engine::{
    Admission, Alarm, Answer, BoundSecret, Context, Engine, Failure, FlowDraft, Handler, Keeper, Limits,
    Outcome, Parts, Registry, Retention, Terms, TurnHandler, Watchdog,
};
use journal::{Execution, ExecutionStatus, Journal};
use kit::ids::{ApprovalId, ExecutionId, FlowId, OwnerId, TriggerId};
use kit::{Secret, Sources};
use serde_json::{Value as Json, json};
use tokio::sync::Notify;

/// Owners with one monthly limit for all, and no secrets.
pub(crate) struct Owners {
    pub(crate) runs_limit: Option<u64>,
    pub(crate) retention: Retention,
}

#[async_trait]
impl Admission for Owners {
    async fn terms(&self, _: OwnerId) -> Result<Terms, String> {
        Ok(Terms { tier: "free".to_owned(), runs_limit: self.runs_limit })
    }

    async fn retention(&self, _: OwnerId) -> Result<Retention, String> {
        Ok(self.retention)
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

    fn ticket(&self, approval: ApprovalId) -> Secret {
        Secret::new(approval.to_string().chars().rev().collect())
    }

    fn redeem(&self, ticket: &str) -> Option<ApprovalId> {
        ticket.chars().rev().collect::<String>().parse().ok()
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
    pub(crate) owners: Mutex<Vec<OwnerId>>,
    pub(crate) failures: AtomicU32,
    pub(crate) holds: std::sync::atomic::AtomicBool,
    pub(crate) entered: Notify,
    /// Lets one that is held go on.
    pub(crate) release: Semaphore,
    pub(crate) running: AtomicU32,
    pub(crate) most_running: AtomicU32,
    /// Calls that were cut off.
    pub(crate) cut_off: AtomicU32,
}

impl Default for Semaphore {
    fn default() -> Self {
        Self(tokio::sync::Semaphore::new(0))
    }
}

/// A semaphore that begins with nothing.
pub(crate) struct Semaphore(pub(crate) tokio::sync::Semaphore);

/// Counts a call while it runs, and whether it was cut off.
struct Running<'a> {
    effect: &'a Effect,
    is_done: bool,
}

impl<'a> Running<'a> {
    fn begin(effect: &'a Effect) -> Self {
        let now = effect.running.fetch_add(1, Ordering::SeqCst) + 1;
        effect.most_running.fetch_max(now, Ordering::SeqCst);
        Self { effect, is_done: false }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.effect.running.fetch_sub(1, Ordering::SeqCst);
        self.effect.cut_off.fetch_add(u32::from(!self.is_done), Ordering::SeqCst);
    }
}

#[async_trait]
impl Handler for Effect {
    fn spec(&self) -> HandlerSpec {
        spec("effect", Place::Outside)
    }

    async fn run(&self, context: &Context, config: Json, input: Payload) -> Outcome {
        let mut running = Running::begin(self);
        self.attempts.fetch_add(1, Ordering::SeqCst);
        self.keys.lock().unwrap().push(context.step_key.clone());
        self.owners.lock().unwrap().push(context.owner);
        self.entered.notify_one();
        if self.holds.load(Ordering::SeqCst) {
            self.release.0.acquire().await.unwrap().forget();
        }
        running.is_done = true;
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
        timeout_ms: 600_000,
    }
}

pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) owner: OwnerId,
    pub(crate) effect: Arc<Effect>,
    pub(crate) journal: Journal,
}

/// What a test chooses about its engine.
pub(crate) struct Plan {
    pub(crate) runs_limit: Option<u64>,
    pub(crate) retention: Retention,
    pub(crate) sources: Sources,
    pub(crate) is_alone: bool,
    pub(crate) limits: Limits,
    pub(crate) effect: Arc<Effect>,
    pub(crate) watchdog: Watchdog,
    pub(crate) alarm: Option<Arc<dyn Alarm>>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            runs_limit: None,
            retention: Retention::default(),
            sources: Sources::system(),
            is_alone: true,
            limits: Limits::default(),
            effect: Arc::default(),
            watchdog: Watchdog::default(),
            alarm: None,
        }
    }
}

impl House {
    /// An engine on a database, begun.
    pub(crate) async fn on(db: Db, runs_limit: Option<u64>) -> Self {
        Self::of(Journal::new(db), Plan { runs_limit, ..Plan::default() }).await
    }

    /// The same, in a time of the test's own.
    pub(crate) async fn at(db: Db, runs_limit: Option<u64>, sources: Sources) -> Self {
        Self::of(Journal::new(db), Plan { runs_limit, sources, ..Plan::default() }).await
    }

    /// An engine of the test's choice.
    pub(crate) async fn of(journal: Journal, plan: Plan) -> Self {
        let Plan { runs_limit, retention, sources, is_alone, limits, effect, watchdog, alarm } = plan;
        let owners = Arc::new(Owners { runs_limit, retention });
        let engine = Engine::new(Parts {
            journal: journal.clone(),
            registry: Registry::new(vec![Arc::new(Set)], vec![Arc::clone(&effect) as _, Arc::new(Model)]),
            admission: Arc::clone(&owners) as _,
            keeper: owners,
            limits,
            sources: sources.clone(),
            is_alone,
            version: "test",
            address: None,
            watchdog,
            alarm,
        });
        engine.begin().await.unwrap();
        Self { engine, owner: sources.id(), effect, journal }
    }

    /// Waits until something has become true; a test that waits for ten seconds has failed.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, what: &str, mut is_so: impl FnMut() -> F) {
        for _ in 0..1_000 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(is_so().await, "not within ten seconds: {what}");
    }

    /// Waits until an execution is over, and answers its row.
    pub(crate) async fn ended(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Execution {
        self.until("the end of an execution", || async {
            let found = self.engine.get_execution(owner, flow, id).await.unwrap();
            found.execution.status != ExecutionStatus::Running
        })
        .await;
        self.engine.get_execution(owner, flow, id).await.unwrap().execution
    }

    /// What an execution waits for.
    pub(crate) async fn waits_for(&self, flow: FlowId, id: ExecutionId) -> Option<String> {
        let found = self.engine.get_execution(self.owner, flow, id).await.unwrap();
        found.execution.waiting.map(|waiting| waiting.kind)
    }

    /// A flow of that text, started.
    pub(crate) async fn flow(&self, yaml: &str) -> FlowId {
        self.flow_of(self.owner, yaml).await
    }

    /// The same for another owner.
    pub(crate) async fn flow_of(&self, owner: OwnerId, yaml: &str) -> FlowId {
        let draft = FlowDraft {
            name: "test".to_owned(),
            organism_yaml: Some(yaml.to_owned()),
            ..FlowDraft::default()
        };
        let flow = self.engine.create_flow(owner, 1_000, draft).await.unwrap();
        self.engine.start_flow(owner, flow.id, None).await.unwrap();
        flow.id
    }
}
