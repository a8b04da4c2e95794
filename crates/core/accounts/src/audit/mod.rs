//! Who has changed what: one entry a change, written right after it, kept for as long as the operator says.

mod list;
mod record;

use kit::Timestamp;
use kit::ids::{AuditEntryId, TokenId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Accounts;

const DAY_MS: i64 = 86_400_000;

/// One change that a user made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditEntryId,
    /// When it was done.
    pub at: Timestamp,
    /// How the user had come in.
    pub via: AuditVia,
    /// With which personal token.
    #[schema(required)]
    pub token_id: Option<TokenId>,
    /// The operator who acted as the user, as the identity provider calls them.
    #[schema(required)]
    pub operator: Option<String>,
    /// Where the request came from.
    #[schema(required)]
    pub address: Option<String>,
    /// The request's id: what its answer carried as `x-request-id`.
    pub request_id: String,
    /// The operation, by the name that it has in this document.
    #[schema(example = "updateFlow")]
    pub action: String,
    /// Which object: the address without its query.
    pub path: String,
    /// The id of what was made, if anything was.
    #[schema(required)]
    pub object_id: Option<String>,
    /// What was answered; from 500 on nobody knows whether it was done.
    pub status: u16,
}

/// How a user came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditVia {
    /// At a browser, signed in with the identity provider.
    Session,
    /// With a personal token.
    Token,
    /// In development mode, where nobody is asked.
    Development,
}

/// What is to be recorded of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The operation.
    pub action: String,
    /// The address, without its query.
    pub path: String,
    /// What was made.
    pub object_id: Option<String>,
    /// What was answered.
    pub status: u16,
    /// Where it came from.
    pub address: Option<String>,
    /// Its id.
    pub request_id: String,
}

impl Accounts {
    /// Changes up to then are forgotten.
    pub(crate) fn audit_start(&self, now: Timestamp) -> Timestamp {
        now.plus_ms(-i64::from(self.settings.audit_days) * DAY_MS)
    }
}

impl AuditVia {
    const ALL: [Self; 3] = [Self::Session, Self::Token, Self::Development];

    /// The word in the database and in JSON.
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
            Self::Development => "development",
        }
    }
}
