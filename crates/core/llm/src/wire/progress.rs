//! What is known of an answer while it comes.

use crate::Usage;

/// What the frames so far have told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The provider's own count, as far as it is known.
    pub(crate) usage: Option<Usage>,
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

/// What is known of an answer that came whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) usage: Option<Usage>,
    pub(crate) model: String,
    /// Whether the answer is all there and not empty: what may be given again to who asks the same.
    pub(crate) is_whole: bool,
}
