//! Everything that can go wrong with a model.

use kit::{Kind, Problem};

/// Why there is no answer; no variant ever holds a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A base URL in the configuration that is none.
    #[error("{variable} is not a base URL; write for example https://llm.example.com/v1")]
    BaseUrl {
        /// The variable it came from.
        variable: String,
    },
    /// No provider serves the model.
    #[error(
        "no provider serves the model \"{model}\": name one of them in front ({providers}, as in openai/gpt-4o), or set LLM_BASE_URL to a service that has it; \"echo\" simulates one"
    )]
    UnknownModel {
        /// The model asked for.
        model: String,
        /// The providers' names.
        providers: String,
    },
    /// There is no key for the provider.
    #[error(
        "the model \"{model}\" needs a key for {provider}: add your own {provider} key to your account, or set {variable} on the server"
    )]
    NoKey {
        /// The model asked for.
        model: String,
        /// Its provider.
        provider: String,
        /// The operator's variable.
        variable: String,
    },
    /// A conversation without messages.
    #[error("the conversation has no messages: send at least one")]
    NoMessages,
    /// The provider does not accept the key.
    #[error("{provider} does not accept the key (status {status}): check {whose}")]
    KeyRefused {
        /// The provider.
        provider: String,
        /// 401 or 403.
        status: u16,
        /// Where the key came from.
        whose: String,
    },
    /// The provider does not accept the question, and would not later either.
    #[error("{provider} refused the request (status {status}): {message}")]
    Rejected {
        /// The provider.
        provider: String,
        /// Its status.
        status: u16,
        /// What it says, shortened and without keys.
        message: String,
    },
    /// The provider has had too many requests.
    #[error("{provider} is asked too often (status {status}): {message}")]
    Busy {
        /// The provider.
        provider: String,
        /// Its status.
        status: u16,
        /// What it says, shortened and without keys.
        message: String,
        /// When it wants to be asked again.
        retry_after_s: Option<u64>,
    },
    /// The provider fails.
    #[error("{provider} fails at the moment (status {status}): {message}")]
    Down {
        /// The provider.
        provider: String,
        /// Its status.
        status: u16,
        /// What it says, shortened and without keys.
        message: String,
        /// When it wants to be asked again.
        retry_after_s: Option<u64>,
    },
    /// The provider's answer is not of its protocol's shape.
    #[error("the answer of {provider} is not what its protocol promises: {reason}")]
    Malformed {
        /// The provider.
        provider: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The provider cannot be reached, or its answer is too large or too late.
    #[error("{provider} gave no answer: {source}")]
    Unreachable {
        /// The provider.
        provider: String,
        /// Why.
        source: net::Error,
    },
}

impl Error {
    /// Whether the same question may well be answered later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy { .. } | Self::Down { .. } | Self::Malformed { .. } => true,
            Self::Unreachable { source, .. } => source.is_transient(),
            _ => false,
        }
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::BaseUrl { .. } | Self::UnknownModel { .. } | Self::NoKey { .. } | Self::NoMessages => {
                Kind::Invalid
            }
            Self::KeyRefused { .. } | Self::Rejected { .. } => Kind::Invalid,
            Self::Busy { .. } => Kind::TooMany,
            Self::Down { .. } | Self::Malformed { .. } => Kind::Unavailable,
            Self::Unreachable { source, .. } => source.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BaseUrl { .. } => "bad_base_url",
            Self::UnknownModel { .. } => "unknown_model",
            Self::NoKey { .. } => "no_provider_key",
            Self::NoMessages => "no_messages",
            Self::KeyRefused { .. } => "provider_key_refused",
            Self::Rejected { .. } => "provider_refused",
            Self::Busy { .. } => "provider_busy",
            Self::Down { .. } => "provider_down",
            Self::Malformed { .. } => "provider_malformed",
            Self::Unreachable { .. } => "provider_unreachable",
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Busy { retry_after_s, .. } | Self::Down { retry_after_s, .. } => *retry_after_s,
            _ => None,
        }
    }
}
