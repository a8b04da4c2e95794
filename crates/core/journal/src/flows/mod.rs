//! Flows: the saved text and its versions.

mod create;
mod delete;
mod read;
mod save;
mod version;

use std::str::FromStr;

use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId, VersionId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::{ExecutionStatus, Waiting};

pub use version::{Version, VersionSummary};

/// A user's saved workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Whose it is.
    pub owner: OwnerId,
    /// 1 to 100 characters.
    pub name: String,
    /// Up to 500 characters.
    pub description: Option<String>,
    /// The text: the truth of what runs.
    pub organism_yaml: String,
    /// Positions and viewport: never behaviour.
    pub canvas_state: Option<Json>,
    /// Whether it runs.
    pub status: FlowStatus,
    /// The node that last ran it.
    pub node: Option<NodeId>,
    /// Why it is in `error`.
    pub error_message: Option<String>,
    /// What new executions run.
    pub version: Option<VersionId>,
    /// Executions of that version at a time; any number when absent.
    pub concurrency: Option<u32>,
    /// Raised by every change; the `ETag`.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A flow in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowSummary {
    /// Its id.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it runs.
    pub status: FlowStatus,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its newest execution.
    pub last_execution: Option<LastExecution>,
}

/// The newest execution of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastExecution {
    /// Its id.
    pub id: ExecutionId,
    /// What became of it.
    pub status: ExecutionStatus,
    /// When it was accepted.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// What a running one waits for.
    pub waiting: Option<Waiting>,
}

/// What a flow is made from.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// Its id.
    pub id: FlowId,
    /// The id of its first version.
    pub version: VersionId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The text.
    pub organism_yaml: String,
    /// Positions and viewport.
    pub canvas_state: Option<Json>,
    /// The present moment.
    pub now: Timestamp,
}

/// Whether a flow runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FlowStatus {
    /// Its triggers do nothing.
    Stopped,
    /// On its way to running.
    Starting,
    /// Its triggers start executions.
    Running,
    /// Draining.
    Stopping,
    /// It could not run; `error_message` says why.
    Error,
}

impl FlowStatus {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Error => "error",
        }
    }
}

impl FromStr for FlowStatus {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let all = [Self::Stopped, Self::Starting, Self::Running, Self::Stopping, Self::Error];
        all.into_iter().find(|status| status.as_str() == word).ok_or(())
    }
}
