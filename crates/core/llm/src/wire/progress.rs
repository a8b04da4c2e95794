//! What is known of an answer while it comes.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Usage;

/// What the frames so far have told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The provider's own count, as far as it is known.
    pub(crate) usage: Option<Usage>,
    /// Whether that is a count of all of it.
    pub(crate) is_counted: bool,
    /// Bytes of words and calls, for an estimate where the provider's count never comes.
    pub(crate) written_bytes: u64,
    /// The model that answers.
    pub(crate) model: String,
    /// Whether the model said why it stopped.
    pub(crate) is_finished: bool,
    /// Whether it stopped because of a cap, or was stopped.
    pub(crate) is_cut: bool,
}

/// What one frame is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// A part of the answer, or a sign of life.
    Part,
    /// The usage and nothing else.
    UsageOnly,
    /// The end.
    End,
}

/// Why a frame is no part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not what the protocol promises.
    Malformed(String),
    /// The provider says that it failed, in the middle of its answer.
    Said {
        /// The status that says the same.
        status: u16,
        /// Its words.
        message: String,
    },
}

impl Fault {
    /// What a provider says of a failure; the status is told by the words of its protocol.
    pub(super) fn said(status: u16, error: &Value) -> Self {
        let message = error["message"].as_str().or(error.as_str()).unwrap_or("it does not say why");
        Self::Said { status, message: message.to_owned() }
    }
}

/// What is known of an answer that came whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) usage: Option<Usage>,
    pub(crate) model: String,
    /// Bytes of words and calls.
    pub(crate) written_bytes: u64,
    /// Whether the answer is all there and not empty: what may be given again to who asks the same.
    pub(crate) is_whole: bool,
}

/// A provider's count; one that is not of its protocol's shape is none: no answer is lost for it, and what was seen is
/// billed by its length.
pub(super) fn count<'de, D: Deserializer<'de>, T: Deserialize<'de>>(count: D) -> Result<Option<T>, D::Error> {
    let count = Option::<&RawValue>::deserialize(count)?;
    Ok(count.and_then(|count| serde_json::from_str(count.get()).ok()))
}
