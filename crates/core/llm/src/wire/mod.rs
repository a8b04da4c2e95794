//! The protocols that providers speak: one folder each.

mod anthropic;
mod openai;

use kit::Secret;
use serde_json::Value;

use crate::{ChatAnswer, ChatRequest};

/// The protocol a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// OpenAI's own chat completions.
    OpenAi,
    /// Chat completions of those who followed OpenAI: some fields have their older names.
    OpenAiCompatible,
    /// Anthropic's Messages.
    Anthropic,
}

impl Wire {
    /// Where questions go, below the base URL.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::OpenAi | Self::OpenAiCompatible => openai::PATH,
            Self::Anthropic => anthropic::PATH,
        }
    }

    /// The headers of a question, the key among them.
    pub(crate) fn headers(self, key: Option<&Secret>) -> Vec<(String, String)> {
        match self {
            Self::OpenAi | Self::OpenAiCompatible => openai::headers(key),
            Self::Anthropic => anthropic::headers(key),
        }
    }

    /// The question in the protocol's words; `model` is the provider's name for it.
    pub(crate) fn question(self, model: &str, request: &ChatRequest) -> Value {
        match self {
            Self::OpenAi => openai::question(model, request, openai::LimitName::MaxCompletionTokens),
            Self::OpenAiCompatible => openai::question(model, request, openai::LimitName::MaxTokens),
            Self::Anthropic => anthropic::question(model, request),
        }
    }

    /// The answer out of the protocol's words; the error says which of them are wrong.
    pub(crate) fn answer(self, request: &ChatRequest, body: &[u8]) -> Result<ChatAnswer, String> {
        match self {
            Self::OpenAi | Self::OpenAiCompatible => openai::answer(body),
            Self::Anthropic => anthropic::answer(request, body),
        }
    }
}
