//! One execution: commands, events, state, and the pure functions between them.

use serde::{Deserialize, Serialize};

/// What a model was paid for one turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The model that answered.
    pub model: String,
    /// Tokens it read.
    pub input_tokens: u64,
    /// Tokens it wrote.
    pub output_tokens: u64,
    /// Whether no model was asked at all (`echo`).
    #[serde(default)]
    pub simulated: bool,
}
