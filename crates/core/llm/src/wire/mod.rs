//! The protocols that providers speak: one folder each.

mod anthropic;
mod openai;
mod progress;
mod responses;
mod sse;

use kit::Secret;
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::anthropic::DEFAULT_MAX_TOKENS as ANTHROPIC_DEFAULT_MAX_TOKENS;
pub(crate) use self::openai::request as openai_question;
pub(crate) use progress::{Fault, Progress, Tally, Told};
pub(crate) use sse::{Frame, Frames};

use crate::{ChatAnswer, ChatRequest, Operation};

/// The words a caller or a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// OpenAI's chat completions and embeddings.
    #[serde(rename = "openai")]
    OpenAi,
    /// OpenAI's responses.
    Responses,
    /// Anthropic's Messages.
    Anthropic,
}

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
    /// The words it is made of.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::OpenAi | Self::OpenAiCompatible => Dialect::OpenAi,
            Self::Anthropic => Dialect::Anthropic,
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

    /// Whether the cap on written tokens has OpenAI's newer name here.
    pub(crate) fn caps_completions(self) -> bool {
        self == Self::OpenAi
    }
}

impl Dialect {
    /// Where questions go, below the base URL; nowhere for what the dialect has no words for.
    pub(crate) fn path(self, operation: Operation) -> Option<&'static str> {
        match (self, operation) {
            (Self::OpenAi, Operation::Chat) => Some("/chat/completions"),
            (Self::OpenAi, Operation::Embeddings) => Some("/embeddings"),
            (Self::Responses, Operation::Chat) => Some("/responses"),
            (Self::Anthropic, Operation::Chat) => Some("/messages"),
            (Self::Anthropic, Operation::CountTokens) => Some("/messages/count_tokens"),
            (Self::OpenAi, Operation::CountTokens) => None,
            (Self::Responses, Operation::CountTokens | Operation::Embeddings) => None,
            (Self::Anthropic, Operation::Embeddings) => None,
        }
    }

    /// Notes what one frame of a streamed answer tells.
    pub(crate) fn read(self, data: &[u8], progress: &mut Progress) -> Result<Told, Fault> {
        match self {
            Self::OpenAi => openai::read(data, progress),
            Self::Responses => responses::read(data, progress),
            Self::Anthropic => anthropic::read(data, progress),
        }
    }

    /// Counts a whole answer; the error says what is wrong with its shape.
    pub(crate) fn tally(self, body: &[u8]) -> Result<Tally, String> {
        match self {
            Self::OpenAi => openai::tally(body),
            Self::Responses => responses::tally(body),
            Self::Anthropic => anthropic::tally(body),
        }
    }
}
