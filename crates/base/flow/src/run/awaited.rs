use kit::Timestamp;
use serde::{Deserialize, Serialize};

/// What a message waits for, holding nothing but a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Awaited {
    /// A moment.
    Time {
        /// Milliseconds since the epoch.
        until_ms: i64,
    },
    /// A person's word.
    Person {
        /// What is asked.
        message: String,
        /// When `default` decides, in milliseconds since the epoch; never when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_ms: Option<i64>,
        /// What holds when nobody has decided by then.
        default: Verdict,
    },
}

/// What is said to an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

impl Awaited {
    /// When the wait ends by itself.
    pub fn until(&self) -> Option<Timestamp> {
        let until_ms = match self {
            Self::Time { until_ms } => Some(*until_ms),
            Self::Person { deadline_ms, .. } => *deadline_ms,
        };
        until_ms.map(Timestamp::from_millis)
    }
}

impl Verdict {
    /// As flows and people write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }
}
