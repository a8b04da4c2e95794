//! The one way into the journal: gathered, set-based, fenced by the epoch.

mod claims;
mod encode;
#[cfg(feature = "testing")]
mod fuse;
mod gather;
mod tell;
mod write;

use flow::run::Failure;
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId, TriggerId, VersionId};

pub use claims::Claim;
#[cfg(feature = "testing")]
pub use fuse::{Fuse, Place};
pub(crate) use gather::Committer;
pub use tell::Tell;

use crate::{
    ApprovalMoves, Delivery, ExecutionStatus, Journal, KvWrite, Recorded, Result, TriggerKind, Waiting,
};

/// What one turn of one execution adds.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Which execution.
    pub execution: ExecutionId,
    /// Its flow.
    pub flow: FlowId,
    /// Its owner.
    pub owner: OwnerId,
    /// The node that writes, and the epoch it claimed it with.
    pub node: NodeId,
    /// The epoch of that claim; 1 for a birth.
    pub epoch: i64,
    /// Its first row, when this is the first commit.
    pub birth: Option<Birth>,
    /// The seq of the first event here.
    pub first_seq: u32,
    /// What happened, in order.
    pub events: Vec<Recorded>,
    /// Writes to the flow's memory.
    pub kv_writes: Vec<KvWrite>,
    /// The ids of the letters that these events answer.
    pub letters_taken: Vec<String>,
    /// What becomes of its questions to persons.
    pub approvals: ApprovalMoves,
    /// Where it stands afterwards.
    pub progress: Progress,
    /// The state that all events so far give, when it is to be kept.
    pub snapshot: Option<Snapshot>,
    /// When it started.
    pub started_at: Timestamp,
}

/// A state as text, with what it is read by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The form of the text: whoever knows another one reads the events.
    pub version: u32,
    /// The state.
    pub body: String,
}

/// The first row of an execution.
#[derive(Debug, Clone)]
pub struct Birth {
    /// The text it runs.
    pub version: VersionId,
    /// Whether its flow must still run that text; otherwise it must run at all, but for a test.
    pub is_current: bool,
    /// What started it.
    pub trigger: Option<TriggerId>,
    /// How.
    pub trigger_kind: TriggerKind,
    /// The hard limit of its owner's runs a month, if there is one.
    pub runs_limit: Option<u64>,
    /// What no other birth may stand for.
    pub claim: Option<Claim>,
    /// The execution that calls it.
    pub caller: Option<ExecutionId>,
    /// Whether it counts as one of its owner's runs a month: what another execution calls is part of that one's.
    pub is_run: bool,
}

/// Where an execution stands after a commit.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Its node goes on with it.
    Leased,
    /// Nobody runs it until it is due, or something is sent to it.
    Parked {
        /// When it is due; only by a letter when absent.
        wake_at: Option<Timestamp>,
        /// What it waits for.
        waiting: Waiting,
        /// When it was given back: due again at once if a letter has come meanwhile.
        at: Timestamp,
    },
    /// It waits for its turn.
    Queued {
        /// When it began to.
        at: Timestamp,
    },
    /// It is over.
    Ended {
        /// As what; never `running`.
        status: ExecutionStatus,
        /// Why it failed.
        error: Option<Failure>,
        /// When.
        at: Timestamp,
    },
}

impl Snapshot {
    /// So many events are at least between two snapshots of an execution.
    pub const EVERY_EVENTS: u32 = 256;
}

impl Journal {
    /// Appends events and moves the execution's row; on disk when this returns.
    ///
    /// Fails with `StaleEpoch` when another node has claimed it. A birth fails with `FlowChanged` when its flow does not
    /// run that version any more, with `RunQuota` when it passes its owner's hard limit, with `TickTaken` or `KeyTaken`
    /// when another birth has claimed what it stands for. Then nothing of it is written.
    pub async fn commit(&self, commit: Commit) -> Result<()> {
        self.committer().commit(commit).await
    }

    /// The same for the last commit of an execution that another one has called, which is told in the same transaction.
    pub async fn commit_and_tell(&self, commit: Commit, tell: &Tell) -> Result<Delivery> {
        self.committer().commit_and_tell(commit, tell).await
    }
}
