//! Triggers: what starts a flow.

mod read;
mod schedule;
mod write;

use std::str::FromStr;

use kit::Timestamp;
use kit::ids::{FlowId, OwnerId, TriggerId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

pub use schedule::{DueSchedule, NEVER, Tick};

/// What starts a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its id.
    pub id: TriggerId,
    /// The flow it starts.
    pub flow: FlowId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Which of the three.
    pub kind: TriggerKind,
    /// 1 to 100 characters.
    pub name: String,
    /// What its kind needs to know.
    pub config: Json,
    /// Whether it fires.
    pub is_enabled: bool,
    /// SHA-256 of a webhook's token, in hex.
    pub token_hash: Option<String>,
    /// The token, encrypted.
    pub token_sealed: Option<Vec<u8>>,
    /// When a schedule fires next; the epoch when that is to be worked out, [`NEVER`] when it will not, `None` while it
    /// lies dormant.
    pub next_at: Option<Timestamp>,
    /// The tick of a schedule that fired last.
    pub last_fired_at: Option<Timestamp>,
    /// Why a schedule could not fire.
    pub problem: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How a flow is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = TriggerType)]
pub enum TriggerKind {
    /// By an HTTP request with its token.
    Webhook,
    /// By the calendar.
    Schedule,
    /// By a person.
    Manual,
    /// By another execution; no trigger is of this kind.
    Flow,
    /// By a person who tries it out, or one listener of it; no trigger is of this kind either.
    Test,
}

impl TriggerKind {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Schedule => "schedule",
            Self::Manual => "manual",
            Self::Flow => "flow",
            Self::Test => "test",
        }
    }
}

impl FromStr for TriggerKind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Webhook, Self::Schedule, Self::Manual, Self::Flow, Self::Test]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(())
    }
}
