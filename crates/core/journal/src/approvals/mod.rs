//! What persons are asked by executions, and what they said.

mod decide;
mod read;

use flow::run::{Seq, Verdict};
use kit::Timestamp;
use kit::ids::{ApprovalId, ExecutionId, FlowId, OwnerId};

pub use decide::{Decided, Word};
pub use read::ApprovalFilter;

/// A question that an execution has asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Who asks.
    pub execution: ExecutionId,
    /// The seq of its `Waiting`.
    pub wait: Seq,
    /// Whose execution that is.
    pub owner: OwnerId,
    /// Of which flow.
    pub flow: FlowId,
    /// The flow's name.
    pub flow_name: String,
    /// The listener that asks.
    pub listener: String,
    /// What is asked: what the flow has made of its input, no text of ours.
    pub message: String,
    /// What holds when nobody has decided by the deadline.
    pub default: Verdict,
    /// Since when.
    pub asked_at: Timestamp,
    /// Until when; without end when absent.
    pub deadline: Option<Timestamp>,
    /// Where it stands.
    pub status: ApprovalStatus,
    /// What was said, once it was.
    pub decision: Option<Verdict>,
    /// By whom; nobody when the deadline decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// With which words.
    pub comment: Option<String>,
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApprovalStatus {
    /// Somebody has to decide.
    Pending,
    /// Somebody has, or the deadline.
    Decided,
    /// Nobody has to any more: what asked is over.
    Closed,
}

/// What becomes of an execution's questions with a commit.
#[derive(Debug, Clone, Default)]
pub struct ApprovalMoves {
    /// What is asked from now on.
    pub asked: Vec<NewApproval>,
    /// What is not any more.
    pub over: Vec<ApprovalEnd>,
}

/// A question that is asked from now on.
#[derive(Debug, Clone)]
pub struct NewApproval {
    /// Its id.
    pub id: ApprovalId,
    /// The seq of its `Waiting`.
    pub wait: Seq,
    /// Which listener asks.
    pub listener: String,
    /// What.
    pub message: String,
    /// What holds at the deadline.
    pub default: Verdict,
    /// Since when.
    pub asked_at: Timestamp,
    /// Until when.
    pub deadline: Option<Timestamp>,
}

/// A question that is over, as the execution has recorded it.
#[derive(Debug, Clone)]
pub struct ApprovalEnd {
    /// The seq of its `Waiting`.
    pub wait: Seq,
    /// What was decided; `None` when it was not.
    pub word: Option<Word>,
}

impl ApprovalStatus {
    /// As tables and the API say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Decided => "decided",
            Self::Closed => "closed",
        }
    }
}
