//! What a model answers.

use serde::{Deserialize, Serialize};

use crate::ToolCall;

/// A model's answer: words, calls, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatAnswer {
    /// Its words; with an output schema the JSON text, which the caller checks against the schema.
    pub text: Option<String>,
    /// The calls it wants made, in order.
    pub calls: Vec<ToolCall>,
    /// What it cost in tokens.
    pub usage: Usage,
    /// The model that answered, in the provider's words.
    pub model: String,
    /// Why it stopped.
    pub finish: Finish,
    /// Whether no model was asked.
    pub simulated: bool,
}

/// Tokens, as the provider counted them; zero where it did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, cached ones included.
    pub input_tokens: u64,
    /// Tokens written, reasoning included.
    pub output_tokens: u64,
    /// Of the tokens read, those from the provider's cache.
    pub cached_tokens: u64,
    /// Of the tokens read, those that the provider's cache took in.
    #[serde(default)]
    pub cache_write_tokens: u64,
    /// Of the tokens written, those of reasoning.
    #[serde(default)]
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Tokens read and written.
    pub fn total(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It had said everything.
    Stop,
    /// It wants calls made.
    ToolCalls,
    /// It reached the most tokens it may write: the text is cut.
    Length,
    /// The provider or the model declined.
    Refused,
    /// The provider gave a reason we do not know, or none.
    Unknown,
}
