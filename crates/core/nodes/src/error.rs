use engine::{Context, Failure, Outcome};
use kit::{Kind, Problem};

use crate::{calculate, convert};

/// What a handler cannot do, and why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration lacks something or has the wrong form.
    #[error("the configuration cannot be used: {0}")]
    Config(String),
    /// The input lacks something or has the wrong form.
    #[error("the input cannot be used: {0}")]
    Input(String),
    /// The expression of a `calculate`.
    #[error(transparent)]
    Calculation(#[from] calculate::Fault),
    /// The text or value of a `convert`.
    #[error(transparent)]
    Conversion(#[from] convert::Fault),
    /// The outgoing request.
    #[error(transparent)]
    Request(#[from] net::Error),
    /// A secret is bound to other hosts than the one it would be sent to.
    #[error("the secret `{secret}` may be sent to {allowed} only, and this request goes to `{host}`")]
    SecretHost {
        /// The secret's name.
        secret: String,
        /// Where it may go.
        allowed: String,
        /// Where it would have gone.
        host: String,
    },
    /// A secret stands where it would be read by others than a request's receiver.
    #[error(
        "the secret `{secret}` cannot go into {place}; secrets open in requests only, as in the headers of `http`"
    )]
    SecretMisplaced {
        /// The secret's name.
        secret: String,
        /// Where it would have gone.
        place: &'static str,
    },
    /// The answer of another server is not what it was asked for.
    #[error("`{host}` answered with a body that is not {wanted}: {problem}")]
    Answer {
        /// Who answered.
        host: String,
        /// What was asked for.
        wanted: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The operator has not set up what this needs.
    #[error("this server cannot {what}: its operator has to set {setting}")]
    NotConfigured {
        /// What it cannot do.
        what: &'static str,
        /// What to set.
        setting: &'static str,
    },
    /// A setting of the operator's cannot be used.
    #[error("{name}: {problem}")]
    Setting {
        /// Which.
        name: &'static str,
        /// What is wrong with it; never its value.
        problem: String,
    },
    /// The mail server has not taken a message.
    #[error("the mail server `{host}` has not taken the message: {problem}")]
    Mail {
        /// The mail server.
        host: String,
        /// What it said.
        problem: String,
        /// Whether it may take it later.
        is_transient: bool,
    },
    /// The search provider has refused a question.
    #[error(
        "the search at `{host}` was refused with status {status}; an operator can check its key and its limits"
    )]
    Search {
        /// The provider.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// The flow's memory cannot be read.
    #[error("the flow's memory cannot be read now: {0}")]
    Memory(String),
    /// The call of a model.
    #[error(transparent)]
    Model(#[from] llm::Error),
    /// A model's answer ends before it is complete.
    #[error("the model's answer was cut at its longest length; raise `max_tokens` or ask for less")]
    CutAnswer,
    /// A model or its provider declines to answer.
    #[error("the model declined to answer; change the prompt or the model")]
    Declined,
    /// A model's answer does not have the form that was asked for.
    #[error("the model's answer is not JSON, though `output_schema` asks for it: {0}")]
    Unstructured(String),
}

impl Error {
    /// Whether another attempt can succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Request(error) => error.is_transient(),
            Self::Model(error) => error.is_transient(),
            Self::Memory(_) | Self::Unstructured(_) => true,
            Self::Mail { is_transient, .. } => *is_transient,
            Self::Search { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }
}

/// Refuses a configuration that opened a secret, where what it says is kept or told to a model.
pub(crate) fn refuse_secrets(context: &Context, place: &'static str) -> Result<(), Error> {
    match context.secrets_used.first() {
        None => Ok(()),
        Some(secret) => Err(Error::SecretMisplaced { secret: secret.name.clone(), place }),
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotConfigured { .. } | Self::Setting { .. } => Kind::Invalid,
            Self::Mail { .. } | Self::Search { .. } => Kind::Unavailable,
            Self::Config(_) | Self::Input(_) | Self::Calculation(_) | Self::Conversion(_) => Kind::Invalid,
            Self::Request(error) => error.kind(),
            Self::Model(error) => error.kind(),
            Self::SecretHost { .. } | Self::SecretMisplaced { .. } => Kind::Forbidden,
            Self::CutAnswer => Kind::TooLarge,
            Self::Declined => Kind::Invalid,
            Self::Answer { .. } | Self::Memory(_) | Self::Unstructured(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "invalid_config",
            Self::Input(_) => "invalid_input",
            Self::Calculation(fault) => fault.code(),
            Self::Conversion(fault) => fault.code(),
            Self::Request(error) => error.code(),
            Self::SecretHost { .. } => "secret_host",
            Self::SecretMisplaced { .. } => "secret_not_allowed",
            Self::Answer { .. } => "unexpected_body",
            Self::NotConfigured { .. } => "not_configured",
            Self::Setting { .. } => "bad_setting",
            Self::Mail { is_transient: true, .. } => "mail_unavailable",
            Self::Mail { .. } => "mail_refused",
            Self::Search { .. } => "search_refused",
            Self::Memory(_) => "memory_unavailable",
            Self::Model(error) => error.code(),
            Self::CutAnswer => "answer_cut",
            Self::Declined => "model_declined",
            Self::Unstructured(_) => "unstructured_answer",
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Model(error) => error.retry_after_s(),
            _ => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            retryable: error.is_transient(),
            retry_after_ms: error.retry_after_s().map(|seconds| seconds.saturating_mul(1_000)),
            usage: None,
            details: error.details(),
        }
    }
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_whether_to_try_again() {
        let memory = Failure::from(Error::Memory("closing".to_owned()));
        assert!(memory.retryable && memory.code == "memory_unavailable");
        let config = Failure::from(Error::Config("missing field `url`".to_owned()));
        assert!(!config.retryable);
        let busy = llm::Error::Busy {
            provider: "openai".to_owned(),
            status: 429,
            message: "slow down".to_owned(),
            retry_after_s: Some(7),
        };
        let busy = Failure::from(Error::Model(busy));
        assert!(busy.retryable && busy.retry_after_ms == Some(7_000));
        assert_eq!(config.message, "the configuration cannot be used: missing field `url`");
    }
}
