use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a model was paid for one turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelUsage)]
pub struct Usage {
    /// The model that answered.
    pub model: String,
    /// Tokens it read.
    pub input_tokens: u64,
    /// Tokens it wrote.
    pub output_tokens: u64,
    /// Whether no model was asked at all (`echo`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

/// What an execution leaves a flow that it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Model tokens.
    pub tokens: u64,
    /// Active time, in milliseconds.
    pub active_ms: u64,
    /// Steps of all frames together.
    pub steps: u32,
    /// How deep the called flow's root frame lies.
    pub depth: u32,
}

/// What a called flow has used up; it counts as its caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spent {
    /// Model tokens.
    pub tokens: u64,
    /// Active time, in milliseconds.
    pub active_ms: u64,
    /// Steps of all frames together.
    pub steps: u32,
}
