use std::sync::Arc;

use async_trait::async_trait;
use flow::Payload;
use flow::catalogue::HandlerSpec;
use kit::ids::{ExecutionId, FlowId, OwnerId};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::kv::Kv;
use crate::running::Voice;

/// What a listener does outside the turn: asynchronous, at least once, never inside a transaction.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Its entry in the catalogue.
    fn spec(&self) -> HandlerSpec;

    /// One attempt. `config` is rendered, secrets opened; the engine bounds the time.
    async fn run(&self, context: &Context, config: Json, input: Payload) -> Outcome;
}

/// What a listener does inside the turn: synchronous, pure, in microseconds.
pub trait TurnHandler: Send + Sync {
    /// Its entry in the catalogue.
    fn spec(&self) -> HandlerSpec;

    /// The whole work. `config` is rendered.
    fn run(&self, config: Json, input: &Payload) -> Outcome;
}

/// What one attempt knows about where it stands.
#[derive(Clone)]
pub struct Context {
    /// The execution it belongs to.
    pub execution: ExecutionId,
    /// The flow it belongs to.
    pub flow: FlowId,
    /// Whose flow it is.
    pub owner: OwnerId,
    /// The owner's tier.
    pub tier: String,
    /// The step's id, the same for every attempt: what an `Idempotency-Key` carries.
    pub step_key: String,
    /// Counted from 1.
    pub attempt: u32,
    /// Fires when the work is no longer wanted.
    pub cancelled: CancellationToken,
    /// The secrets that were opened for this config, with the hosts they may go to.
    pub secrets_used: Vec<SecretUse>,
    /// Tells whoever listens what a model says while it says it.
    pub voice: Voice,
    /// The flow's own small memory; writes go into [`Answer::kv_writes`].
    pub kv: Kv,
}

/// A secret that a config opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse {
    /// Its name.
    pub name: String,
    /// Hosts it may be sent to; any when empty.
    pub hosts: Vec<String>,
}

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With an answer.
    Done(Answer),
    /// With a failure; the flow decides what follows.
    Failed(Failure),
}

/// What a handler answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The payload that is handed on.
    pub output: Json,
    /// What a model was paid for it.
    pub usage: Option<Usage>,
    /// Writes to the flow's memory; they join the step's commit.
    pub kv_writes: Vec<KvWrite>,
}

pub use flow::run::{Failure, Usage};
pub use journal::KvWrite;

/// The handlers that a server has, and the catalogue read from them.
#[derive(Clone)]
pub struct Registry(Arc<Handlers>);

struct Handlers {
    turn: Vec<(HandlerSpec, Arc<dyn TurnHandler>)>,
    outside: Vec<(HandlerSpec, Arc<dyn Handler>)>,
}

impl Answer {
    /// An answer without cost or side writes.
    pub fn new(output: Json) -> Self {
        Self { output, usage: None, kv_writes: Vec::new() }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self::Done(answer)
    }
}

impl Registry {
    /// The given handlers, in the order of the palette.
    pub fn new(turn: Vec<Arc<dyn TurnHandler>>, outside: Vec<Arc<dyn Handler>>) -> Self {
        let turn = turn.into_iter().map(|handler| (handler.spec(), handler)).collect();
        let outside = outside.into_iter().map(|handler| (handler.spec(), handler)).collect();
        Self(Arc::new(Handlers { turn, outside }))
    }

    /// What the palette, the checks and the docs show.
    pub fn catalogue(&self) -> flow::catalogue::Catalogue {
        let turn = self.0.turn.iter().map(|(spec, _)| spec.clone());
        let outside = self.0.outside.iter().map(|(spec, _)| spec.clone());
        // The agent's own entry comes from the core: what runs here is one of its turns.
        flow::catalogue::Catalogue::new(turn.chain(outside).filter(|spec| spec.name != "agent").collect())
    }

    /// The name of an asynchronous handler, as the handler itself has it.
    pub(crate) fn name_of(&self, name: &str) -> Option<&'static str> {
        self.0.outside.iter().map(|(spec, _)| spec.name).find(|known| *known == name)
    }

    /// The synchronous handler of that name.
    pub(crate) fn turn(&self, name: &str) -> Option<&dyn TurnHandler> {
        let found = self.0.turn.iter().find(|(spec, _)| spec.name == name)?;
        Some(&*found.1)
    }

    /// The asynchronous handler of that name.
    pub(crate) fn outside(&self, name: &str) -> Option<Arc<dyn Handler>> {
        let found = self.0.outside.iter().find(|(spec, _)| spec.name == name)?;
        Some(Arc::clone(&found.1))
    }
}
