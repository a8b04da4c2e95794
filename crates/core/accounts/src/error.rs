use kit::{Kind, Problem};
use serde_json::{Value, json};

use crate::Scope;

/// What this room's functions answer.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with people, their tokens and their secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No credentials, or none that hold; the text does not say which check failed.
    #[error("not signed in: send a valid token as `Authorization: Bearer <token>`")]
    Unauthenticated,
    /// The session waits for a task of the identity provider, such as choosing an organisation.
    #[error("the sign-in is not finished: complete the pending task at the sign-in page, then try again")]
    SessionPending,
    /// The personal token was not given this scope.
    #[error("this token may not do that: it lacks the scope `{0}`; create a token that has it")]
    ScopeMissing(Scope),
    /// Only those who run the server may do it.
    #[error("this is for operators of the server: `bloxserver user set-operator EMAIL` makes somebody one")]
    NotAnOperator,
    /// An operator acts as the user.
    #[error("not allowed while acting as another user: the user has to do this")]
    Impersonated,
    /// The keys that sign sessions cannot be had just now.
    #[error(
        "sign-in is not available: the identity provider does not answer; try again in {retry_after_s} s"
    )]
    IdentityProviderAway {
        /// When the next attempt to reach it is made.
        retry_after_s: u64,
    },
    /// A delivery of Clerk's that is not signed as it must be.
    #[error("the delivery is not authentic: {0}; check CLERK_WEBHOOK_SECRET and this machine's clock")]
    BadSignature(&'static str),
    /// A signed delivery that cannot be read.
    #[error("the delivery cannot be read: {0}")]
    BadEvent(String),
    /// A value that is not allowed.
    #[error("{field}: {message}")]
    Invalid {
        /// Which one.
        field: &'static str,
        /// What is allowed instead.
        message: String,
    },
    /// Does not exist, or belongs to somebody else.
    #[error("not found")]
    NotFound,
    /// No user has this address.
    #[error(
        "no user has the e-mail address {0}: the user must sign in once first, or use `bloxserver token create`"
    )]
    NoSuchEmail(String),
    /// As many of them as one owner may have.
    #[error("there are {limit} {what} already, the most that are allowed: delete one that is not needed")]
    LimitReached {
        /// Of what, in the plural.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// A setting that cannot work.
    #[error("{name} {problem}")]
    Setting {
        /// The variable of the environment.
        name: &'static str,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The file of the master key cannot be used.
    #[error("the master key file {path} {problem}")]
    MasterKeyFile {
        /// Where it lies.
        path: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Nobody could use a server started like this.
    #[error(
        "nobody could sign in: set CLERK_ISSUER, or make a token with `bloxserver token create --email you@example.com`"
    )]
    NobodyCanSignIn,
    /// A sealed value does not open.
    #[error("{what} cannot be decrypted: {reason}")]
    Sealed {
        /// Which one; never its value.
        what: String,
        /// Why, and what to do.
        reason: &'static str,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl Error {
    /// A value of the request that is not allowed.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Unauthenticated => Kind::Unauthenticated,
            Self::SessionPending | Self::ScopeMissing(_) | Self::Impersonated | Self::NotAnOperator => {
                Kind::Forbidden
            }
            Self::IdentityProviderAway { .. } => Kind::Unavailable,
            Self::BadSignature(_) | Self::BadEvent(_) => Kind::Malformed,
            Self::Invalid { .. } => Kind::Invalid,
            Self::NotFound | Self::NoSuchEmail(_) => Kind::NotFound,
            Self::LimitReached { .. } => Kind::Conflict,
            Self::Database(error) => error.kind(),
            Self::Setting { .. }
            | Self::MasterKeyFile { .. }
            | Self::NobodyCanSignIn
            | Self::Sealed { .. } => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::SessionPending | Self::ScopeMissing(_) | Self::Impersonated | Self::NotAnOperator => {
                "forbidden"
            }
            Self::IdentityProviderAway { .. } => "identity_provider_unavailable",
            Self::BadSignature(_) => "bad_signature",
            Self::BadEvent(_) => "bad_request",
            Self::Invalid { .. } => "validation_error",
            Self::NotFound | Self::NoSuchEmail(_) => "not_found",
            Self::LimitReached { .. } => "limit_reached",
            Self::Database(error) => error.code(),
            Self::Setting { .. }
            | Self::MasterKeyFile { .. }
            | Self::NobodyCanSignIn
            | Self::Sealed { .. } => "internal_error",
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::Invalid { field, message } => Some(json!({ *field: message })),
            Self::ScopeMissing(scope) => Some(json!({ "scope": scope.as_str() })),
            Self::LimitReached { limit, .. } => Some(json!({ "limit": limit })),
            Self::Database(error) => error.details(),
            _ => None,
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::IdentityProviderAway { retry_after_s } => Some(*retry_after_s),
            Self::Database(error) => error.retry_after_s(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_the_kind_and_the_code_of_the_contract() {
        let table = [
            (Error::Unauthenticated, Kind::Unauthenticated, "unauthenticated"),
            (Error::SessionPending, Kind::Forbidden, "forbidden"),
            (Error::ScopeMissing(Scope::Run), Kind::Forbidden, "forbidden"),
            (Error::invalid("name", "too long"), Kind::Invalid, "validation_error"),
            (Error::NotFound, Kind::NotFound, "not_found"),
            (Error::BadSignature("no signature"), Kind::Malformed, "bad_signature"),
        ];
        for (error, kind, code) in table {
            assert_eq!((error.kind(), error.code()), (kind, code), "{error}");
        }
    }

    #[test]
    fn an_invalid_field_and_a_needed_pause_are_told_to_programs() {
        assert_eq!(Error::invalid("name", "too long").details(), Some(json!({"name": "too long"})));
        let away = Error::IdentityProviderAway { retry_after_s: 10 };
        assert_eq!((away.kind(), away.retry_after_s()), (Kind::Unavailable, Some(10)));
    }
}
