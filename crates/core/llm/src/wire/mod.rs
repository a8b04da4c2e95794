//! The protocols that providers speak: one folder each.

mod anthropic;
mod openai;
mod progress;
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

    /// Where questions go, below the base URL; nowhere for what the protocol does not know.
    pub(crate) fn path(self, operation: Operation) -> Option<&'static str> {
        match (self.dialect(), operation) {
            (Dialect::OpenAi, Operation::Chat) => Some("/chat/completions"),
            (Dialect::OpenAi, Operation::Embeddings) => Some("/embeddings"),
            (Dialect::Anthropic, Operation::Chat) => Some("/messages"),
            (Dialect::Anthropic, Operation::CountTokens) => Some("/messages/count_tokens"),
            (Dialect::OpenAi, Operation::CountTokens) | (Dialect::Anthropic, Operation::Embeddings) => None,
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
    /// Notes what one frame of a streamed answer tells.
    pub(crate) fn read(self, data: &[u8], progress: &mut Progress) -> Result<Told, Fault> {
        match self {
            Self::OpenAi => openai::read(data, progress),
            Self::Anthropic => anthropic::read(data, progress),
        }
    }

    /// Counts a whole answer; the error says what is wrong with its shape.
    pub(crate) fn tally(self, body: &[u8]) -> Result<Tally, String> {
        match self {
            Self::OpenAi => openai::tally(body),
            Self::Anthropic => anthropic::tally(body),
        }
    }
}
