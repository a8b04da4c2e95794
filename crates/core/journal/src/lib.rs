#![doc = include_str!("../README.md")]
// `statements!` takes its list one by one.
#![recursion_limit = "256"]

mod alerts;
mod approvals;
mod commit;
mod error;
mod executions;
mod flows;
mod holds;
mod inbox;
mod journal;
mod kv;
mod nodes;
mod page;
mod pins;
mod retention;
mod signal;
mod sql;
mod triggers;

pub use alerts::{Alert, AlertDelivery, AlertFilter, AlertLevel, AlertRule};
pub use approvals::{
    Approval, ApprovalEnd, ApprovalFilter, ApprovalMoves, ApprovalStatus, Decided, NewApproval, Word,
};
pub use commit::{Birth, Claim, Commit, Progress, Snapshot, Tell};
#[cfg(feature = "testing")]
pub use commit::{Fuse, Place};
pub use error::Error;
pub use executions::{
    Backlog, BirthKey, BrokenSchedule, Durations, Execution, ExecutionPlace, ExecutionStatus, FlowCounts,
    Found, Load, MonthlyUsage, Recorded, RunPoint, Search, Stats, Waiting, month_start,
};
pub use flows::{Flow, FlowStatus, FlowSummary, LastExecution, NewFlow, Version, VersionSummary};
pub use inbox::{Delivery, Letter};
pub use journal::Journal;
pub use kv::KvWrite;
pub use nodes::{Node, NodeState};
pub use page::{Page, Paged};
pub use pins::Pin;
pub use retention::{OldExecution, Stale};
pub use signal::{Signal, Signals};
pub use sql::ALL as STATEMENTS;
pub use triggers::{DueSchedule, NEVER, Tick, Trigger, TriggerKind};

/// What this room's functions answer.
pub type Result<T> = std::result::Result<T, Error>;
