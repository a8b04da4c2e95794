//! Personal tokens: for programs, and for people without an identity provider.

mod crc32;
mod create;
mod list;
mod revoke;
mod scope;
mod token_text;
mod verify;

use db::Row;
use kit::ids::TokenId;
use kit::{Secret, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

pub use scope::{Scope, Scopes};
pub(crate) use token_text::TokenText;

use crate::{Result, User};

/// Tokens that one owner may have.
pub const TOKENS_LIMIT: usize = 100;

/// A personal token as it is shown: everything but the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// Its first characters, to recognise it.
    pub prefix: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it stops working; never when absent.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A token that was made just now: the only moment at which it can be seen.
#[derive(Debug)]
pub struct NewToken {
    /// What the list will show.
    pub info: TokenInfo,
    /// The token itself.
    pub secret: Secret,
}

/// What a new token shall be.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// What its owner calls it: 1 to 100 characters.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it stops working; never when absent.
    pub expires_at: Option<Timestamp>,
}

impl TokenInfo {
    /// From the columns id, name, prefix, scopes, expires, last used, created.
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            prefix: row.get(2)?,
            scopes: Scopes::from_column(&row.get::<String>(3)?),
            expires_at: row.get(4)?,
            last_used_at: row.get(5)?,
            created_at: row.get(6)?,
        })
    }
}

/// A token that holds, with its owner.
pub(crate) struct VerifiedToken {
    pub(crate) id: TokenId,
    pub(crate) scopes: Scopes,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) user: User,
}
