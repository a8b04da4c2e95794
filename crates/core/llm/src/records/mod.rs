//! One record a call: written off the hot path, read by day, flow and model.

mod prune;
mod recorder;
mod spent;
mod usage;

use db::Value;
use kit::ids::{ExecutionId, FlowId, OwnerId};
use kit::{Id, Timestamp};

pub(crate) use prune::prune;
pub(crate) use recorder::Recorder;
pub(crate) use spent::spent;
pub(crate) use usage::usage;
pub use usage::{UsageFilter, UsageRow};

use crate::Usage;
use crate::cache::CacheOutcome;

/// A call of a model.
#[derive(Debug)]
pub(crate) enum ModelCall {}

/// What is kept of a call.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: Id<ModelCall>,
    pub(crate) at: Timestamp,
    pub(crate) owner: OwnerId,
    pub(crate) flow: Option<FlowId>,
    pub(crate) execution: Option<ExecutionId>,
    pub(crate) step: Option<String>,
    pub(crate) operation: &'static str,
    pub(crate) asked_model: String,
    pub(crate) provider: String,
    pub(crate) model: String,
    pub(crate) key_kind: &'static str,
    pub(crate) usage: Usage,
    pub(crate) is_estimated: bool,
    /// What it cost, where that was needed at once; the recorder finds it out otherwise.
    pub(crate) cost_nano: Option<u64>,
    pub(crate) latency_ms: i64,
    pub(crate) first_token_ms: Option<i64>,
    pub(crate) cache: CacheOutcome,
    pub(crate) outcome: &'static str,
    pub(crate) attempts: u32,
}

impl Record {
    /// The columns of `ADD_CALLS`.
    fn values(&self) -> Vec<Value> {
        let count = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
        db::params![
            self.id,
            self.at,
            self.owner,
            self.flow,
            self.execution,
            self.step.as_deref(),
            self.operation,
            &self.asked_model,
            &self.provider,
            &self.model,
            self.key_kind,
            count(self.usage.input_tokens),
            count(self.usage.output_tokens),
            count(self.usage.cached_tokens),
            count(self.usage.cache_write_tokens),
            count(self.usage.reasoning_tokens),
            self.is_estimated,
            self.cost_nano.map(count),
            self.latency_ms,
            self.first_token_ms,
            self.cache.as_str(),
            self.outcome,
            self.attempts,
        ]
        .to_vec()
    }
}
