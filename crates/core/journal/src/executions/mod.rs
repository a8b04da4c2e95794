//! Executions: the index over their journals.

mod backlog;
mod called;
mod claim;
mod counts;
pub(crate) mod hours;
mod keys;
mod load;
mod read;
mod search;
mod usage;

use std::str::FromStr;

use flow::run::Event;
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId, TriggerId, VersionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::TriggerKind;

pub use backlog::{Backlog, BrokenSchedule};
pub use counts::FlowCounts;
pub use hours::{Durations, RunPoint};
pub use keys::BirthKey;
pub use load::Load;
pub use search::{Found, Place as ExecutionPlace, Search};
pub use usage::{MonthlyUsage, month_start};

/// One run of a flow, as its row tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// The flow it runs.
    pub flow: FlowId,
    /// Whose it is.
    pub owner: OwnerId,
    /// The text it runs.
    pub version: VersionId,
    /// What started it, unless that is deleted.
    pub trigger: Option<TriggerId>,
    /// How it was started.
    pub trigger_kind: TriggerKind,
    /// What became of it.
    pub status: ExecutionStatus,
    /// Why it failed, as a word.
    pub error_code: Option<String>,
    /// Why it failed, in words.
    pub error_message: Option<String>,
    /// When it was accepted.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// What a running one waits for.
    pub waiting: Option<Waiting>,
    /// The node that runs it; none while it waits or when it is over.
    pub node: Option<NodeId>,
    /// The epoch of its lease.
    pub epoch: i64,
    /// The seq of its last event.
    pub last_seq: u32,
    /// Tokens that models read.
    pub input_tokens: u64,
    /// Tokens that models wrote.
    pub output_tokens: u64,
}

/// What a running execution waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// `queue`, `retry`, `delay`, `approval`, `flow`.
    pub kind: String,
    /// Until when, where that is known.
    pub until: Option<Timestamp>,
}

/// What became of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionStatus {
    /// Not over.
    Running,
    /// Nothing was left to do.
    Success,
    /// It failed, was cancelled, or hit a guard.
    Error,
    /// Its active time ran out.
    Timeout,
}

/// One event with its moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// When it was decided.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Sums over a flow's executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// All that were accepted.
    pub started: u64,
    /// Ended in `success`.
    pub succeeded: u64,
    /// Ended in `error`.
    pub failed: u64,
    /// Ended in `timeout`.
    pub timed_out: u64,
    /// The time of all that ended, in milliseconds.
    pub duration_ms: u64,
    /// When the last one was accepted.
    pub last_at: Option<Timestamp>,
    /// Of those that ended in `success`, `error` and `timeout`, how many retention has removed.
    pub pruned: [u64; 3],
}

impl Stats {
    /// Executions that are still remembered; of one status, or all.
    pub fn kept(&self, status: Option<ExecutionStatus>) -> u64 {
        let [succeeded, failed, timed_out] = self.pruned;
        match status {
            None => self.started - succeeded - failed - timed_out,
            Some(ExecutionStatus::Running) => self.started - self.succeeded - self.failed - self.timed_out,
            Some(ExecutionStatus::Success) => self.succeeded - succeeded,
            Some(ExecutionStatus::Error) => self.failed - failed,
            Some(ExecutionStatus::Timeout) => self.timed_out - timed_out,
        }
    }
}

impl ExecutionStatus {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Error => "error",
            Self::Timeout => "timeout",
        }
    }
}

impl FromStr for ExecutionStatus {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let all = [Self::Running, Self::Success, Self::Error, Self::Timeout];
        all.into_iter().find(|status| status.as_str() == word).ok_or(())
    }
}
