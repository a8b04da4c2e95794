//! Everything that can go wrong with a model.

use kit::{Kind, Problem};
use serde_json::{Value, json};

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
    /// A file of settings that cannot be used.
    #[error("the file of models cannot be used: {reason}")]
    File {
        /// Where and why.
        reason: String,
    },
    /// A field of a request is missing or wrong.
    #[error("`{field}` {problem}")]
    Field {
        /// The field's path.
        field: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// The request asks for what the model's provider has no words for.
    #[error(
        "`{field}` cannot be said in the protocol of {provider}: leave it out, or ask a model of another provider"
    )]
    Untranslatable {
        /// The field's path.
        field: String,
        /// The provider.
        provider: String,
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
    #[error("the model \"{model}\" needs a key for {provider}: {}", key_advice(provider, variable, *may_bring))]
    NoKey {
        /// The model asked for.
        model: String,
        /// Its provider.
        provider: String,
        /// The operator's variable.
        variable: String,
        /// Whether an own key of the caller would be used.
        may_bring: bool,
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
    /// The answer broke off: what came is not all of it.
    #[error("the answer of {provider} broke off: {reason}")]
    Cut {
        /// The provider.
        provider: String,
        /// How.
        reason: String,
    },
    /// The provider failed so often that it is left alone for a while.
    #[error("{provider} failed repeatedly and is left alone for now; try again in {retry_after_s} s")]
    Resting {
        /// The provider.
        provider: String,
        /// When it is tried again.
        retry_after_s: u64,
    },
    /// A limit of the caller's tier is reached.
    #[error("the limit of {limit} {what} is reached; try again in {retry_after_s} s, or raise your tier")]
    Limited {
        /// The limit.
        limit: u64,
        /// What is limited.
        what: &'static str,
        /// When there is room again.
        retry_after_s: u64,
    },
    /// The call could never pass: it alone is over the limit.
    #[error(
        "this call may take {needed} tokens, and the tier allows {limit} a minute: send less, or lower `max_tokens`"
    )]
    OverLimit {
        /// What it may take.
        needed: u64,
        /// What is allowed.
        limit: u64,
    },
    /// A budget does not cover the call.
    #[error(
        "the budget of {scope} is used up: ${spent:.4} of ${limit:.2} are spent or promised, and this call may cost ${needed:.4}; a smaller `max_tokens` makes that less"
    )]
    Budget {
        /// Whose budget.
        scope: &'static str,
        /// Dollars spent, with those promised to calls on their way.
        spent: f64,
        /// Dollars in all.
        limit: f64,
        /// Dollars this call may cost.
        needed: f64,
    },
    /// So many wait that the call was turned away.
    #[error("too many calls wait for models just now; try again in {retry_after_s} s{advice}")]
    Shed {
        /// When it makes sense again.
        retry_after_s: u64,
        /// What helps.
        advice: &'static str,
    },
    /// The call waited its turn until its time was over.
    #[error("no free place at {provider} within {waited_s} s; try again in a moment")]
    Waited {
        /// The provider.
        provider: String,
        /// How long.
        waited_s: u64,
    },
    /// The records of calls cannot be read or written.
    #[error("the records of model calls cannot be reached: {0}")]
    Records(#[from] db::Error),
    /// The provider cannot be reached, or its answer is too large or too late.
    #[error("{provider} gave no answer: {}", without_its_address(source))]
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
            Self::Busy { .. } | Self::Down { .. } | Self::Malformed { .. } | Self::Cut { .. } => true,
            Self::Resting { .. } | Self::Limited { .. } | Self::Shed { .. } | Self::Waited { .. } => true,
            Self::Unreachable { source, .. } => source.is_transient(),
            Self::Records(error) => error.kind() == Kind::Unavailable,
            _ => false,
        }
    }

    /// Whether it speaks against the provider: timeouts, 5xx, 429 and broken answers do, refusals do not.
    pub(crate) fn blames_the_provider(&self) -> bool {
        match self {
            Self::Busy { .. } | Self::Down { .. } | Self::Malformed { .. } | Self::Cut { .. } => true,
            Self::Unreachable { source, .. } => source.is_transient(),
            _ => false,
        }
    }

    /// Whether another provider may answer all the same.
    pub(crate) fn is_of_this_provider(&self) -> bool {
        self.blames_the_provider()
            || matches!(
                self,
                Self::KeyRefused { .. }
                    | Self::NoKey { .. }
                    | Self::Untranslatable { .. }
                    | Self::Unreachable { .. }
                    | Self::Resting { .. }
                    | Self::Waited { .. }
                    // An account without credit.
                    | Self::Rejected { status: 402 | 429, .. }
            )
    }

    /// A field of a request that is wrong.
    pub(crate) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field { field: field.into(), problem: problem.into() }
    }
}

/// Why a provider cannot be reached, in words for its callers: where it is, is the operator's to know, and in the log.
fn without_its_address(source: &net::Error) -> String {
    match source {
        net::Error::Refused { .. } => {
            "requests to its address are not allowed: it is private or reserved; an operator can open it with EGRESS_ALLOW"
                .to_owned()
        }
        net::Error::Dns { .. } => "its host has no address".to_owned(),
        net::Error::Connect { .. } => "nothing answers at its address and port".to_owned(),
        net::Error::Tls { reason, .. } => format!("there is no secure connection to it: {reason}"),
        net::Error::Timeout { timeout_ms, .. } => format!("it did not answer within {timeout_ms} ms"),
        net::Error::Broken { .. } => "its answer broke off or is not HTTP".to_owned(),
        net::Error::TooLarge { max_bytes, .. } => format!("its answer is larger than {max_bytes} bytes"),
        net::Error::Redirect { reason, .. } => format!("its redirects {reason}"),
        other => other.to_string(),
    }
}

fn key_advice(provider: &str, variable: &str, may_bring: bool) -> String {
    match may_bring {
        true => format!("add your own {provider} key to your account, or set {variable} on the server"),
        false => format!(
            "set {variable} on the server; your own keys are used from tier pro on (`bloxserver user set-tier` raises it)"
        ),
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::BaseUrl { .. } | Self::File { .. } | Self::UnknownModel { .. } | Self::NoKey { .. } => {
                Kind::Invalid
            }
            Self::NoMessages | Self::Field { .. } | Self::Untranslatable { .. } => Kind::Invalid,
            Self::KeyRefused { .. } | Self::Rejected { .. } | Self::OverLimit { .. } => Kind::Invalid,
            Self::Busy { .. } | Self::Limited { .. } => Kind::TooMany,
            Self::Budget { .. } => Kind::QuotaExhausted,
            Self::Down { .. } | Self::Malformed { .. } | Self::Cut { .. } => Kind::Unavailable,
            Self::Resting { .. } | Self::Shed { .. } | Self::Waited { .. } => Kind::Unavailable,
            Self::Records(error) => error.kind(),
            Self::Unreachable { source, .. } => source.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BaseUrl { .. } => "bad_base_url",
            Self::File { .. } => "bad_models_file",
            Self::Field { .. } => "invalid_field",
            Self::Untranslatable { .. } => "untranslatable",
            Self::UnknownModel { .. } => "unknown_model",
            Self::NoKey { .. } => "no_provider_key",
            Self::NoMessages => "no_messages",
            Self::KeyRefused { .. } => "provider_key_refused",
            Self::Rejected { .. } => "provider_refused",
            Self::Busy { .. } => "provider_busy",
            Self::Down { .. } => "provider_down",
            Self::Malformed { .. } => "provider_malformed",
            Self::Cut { .. } => "answer_broke_off",
            Self::Resting { .. } => "provider_resting",
            Self::Limited { .. } => "rate_limited",
            Self::OverLimit { .. } => "too_many_tokens",
            Self::Budget { .. } => "budget_exhausted",
            Self::Shed { .. } => "overloaded",
            Self::Waited { .. } => "queue_timeout",
            Self::Records(error) => error.code(),
            Self::Unreachable { .. } => "provider_unreachable",
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::Field { field, problem } => Some(json!({ field: problem })),
            Self::Untranslatable { field, .. } => Some(json!({ field: self.to_string() })),
            _ => None,
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Busy { retry_after_s, .. } | Self::Down { retry_after_s, .. } => *retry_after_s,
            Self::Resting { retry_after_s, .. }
            | Self::Limited { retry_after_s, .. }
            | Self::Shed { retry_after_s, .. } => Some(*retry_after_s),
            _ => None,
        }
    }
}
