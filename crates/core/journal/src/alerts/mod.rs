//! What the watchdog has found: kept, read, and passed on.

mod deliver;
mod raise;
mod read;

use std::str::FromStr;

use kit::Timestamp;
use kit::ids::{AlertId, ExecutionId, FlowId, OwnerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use deliver::AlertDelivery;
pub use read::AlertFilter;

/// Something that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Whom it concerns; the server itself, and so its operators, when absent.
    #[serde(skip)]
    pub owner: Option<OwnerId>,
    /// Which flow; null for one about the server.
    #[serde(rename = "flowId")]
    #[schema(required)]
    pub flow: Option<FlowId>,
    /// Which execution; null for one about a flow or the server.
    #[serde(rename = "executionId")]
    #[schema(required)]
    pub execution: Option<ExecutionId>,
    /// What was looked for.
    pub rule: AlertRule,
    /// How bad it is.
    pub level: AlertLevel,
    /// What was found, and what to do.
    pub message: String,
    /// Whether the execution was told to end.
    pub stops: bool,
    /// When it was found.
    pub at: Timestamp,
}

/// What the watchdog looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertRule {
    /// An execution goes in circles.
    Repetition,
    /// An execution has nearly used up its model tokens.
    Tokens,
    /// Nothing happens any more.
    Stuck,
    /// Many executions of a flow fail.
    Failing,
    /// A node has died.
    Node,
    /// A provider of models does not take an owner's key.
    Key,
    /// Models answer badly, or not at all.
    Models,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertLevel {
    /// Somebody should look.
    Warning,
    /// It goes on at somebody's cost.
    Critical,
}

impl AlertRule {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repetition => "repetition",
            Self::Tokens => "tokens",
            Self::Stuck => "stuck",
            Self::Failing => "failing",
            Self::Node => "node",
            Self::Key => "key",
            Self::Models => "models",
        }
    }
}

impl AlertLevel {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl FromStr for AlertRule {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let all =
            [Self::Repetition, Self::Tokens, Self::Stuck, Self::Failing, Self::Node, Self::Key, Self::Models];
        all.into_iter().find(|rule| rule.as_str() == word).ok_or(())
    }
}

impl FromStr for AlertLevel {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Warning, Self::Critical].into_iter().find(|level| level.as_str() == word).ok_or(())
    }
}
