use std::sync::Arc;

use kit::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Budget, Event, Failure, Seq, Spent, TestRun, TokenId, Usage, Verdict};
use crate::Payload;

/// What somebody wants of an execution, or reports to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// Begin, with the trigger's message.
    Start {
        /// The body.
        payload: Payload,
        /// `{headers, query, method, time}`.
        facts: Payload,
        /// What the execution that calls this one leaves it; `None` when a trigger fired.
        budget: Option<Budget>,
        /// What is different because it only tries something out.
        test: Option<Arc<TestRun>>,
    },
    /// Begin with what another execution recorded, as [`super::adopt`] answers it.
    Adopt(Vec<Event>),
    /// Decide a step of the core, such as a branch.
    Pass(TokenId),
    /// A handler of the turn has answered.
    Answer {
        /// The message it took.
        token: TokenId,
        /// What it said.
        outcome: Result<Json, Failure>,
    },
    /// Let a step with an effect begin.
    Schedule(TokenId),
    /// An attempt has ended.
    Finish {
        /// The seq of the step's `Scheduled`.
        step: Seq,
        /// What came of it.
        outcome: Result<(Json, Option<Usage>), Failure>,
    },
    /// An attempt was lost with its node.
    Interrupt(Seq),
    /// What a message waited for is due: its time, its deadline, its timeout.
    Wake(TokenId),
    /// Somebody has decided an approval. The first word counts; a later one decides nothing.
    Resolve {
        /// The seq of its `Waiting`.
        wait: Seq,
        /// Yes or no.
        verdict: Verdict,
        /// Who.
        by: Option<String>,
        /// Why.
        comment: Option<String>,
    },
    /// A called flow is over.
    Return {
        /// The seq of its `Delegated`.
        step: Seq,
        /// What it answers, or why it has no answer.
        outcome: Result<Json, Failure>,
        /// What it used up.
        spent: Spent,
    },
    /// End it now.
    Stop {
        /// As what: cancelled, stopped with its flow.
        error: Failure,
    },
    /// Its active time has run out.
    Expire,
}

/// What a decision may know beside the state.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The time of the turn.
    pub now: Timestamp,
    /// A number in `0.0..1.0` that spreads retries.
    pub jitter: f64,
    /// The flow's variables.
    pub vars: Payload,
}
