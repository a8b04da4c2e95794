use kit::Timestamp;
use serde_json::Value as Json;

use super::{Failure, Seq, TokenId, Usage};
use crate::Payload;

/// What somebody wants of an execution, or reports to it.
#[derive(Debug, Clone)]
pub enum Command {
    /// Begin, with the trigger's message.
    Start {
        /// The body.
        payload: Payload,
        /// `{headers, query, method, time}`.
        facts: Payload,
    },
    /// Decide a step of the core: a branch, a merge, an output.
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
