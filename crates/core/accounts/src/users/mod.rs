//! People.

mod email;
mod enter;
mod find;
mod operators;
mod profile;
mod set_tier;

use db::Row;
use kit::Timestamp;
use kit::ids::OwnerId;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use email::Email;
pub(crate) use enter::Identity;
pub(crate) use profile::Profile;

use crate::{Result, Tier};

/// A person; the fields are those of the original's schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Whose rows are whose.
    pub id: OwnerId,
    /// Clerk's name for the person; none for users of the command line and of development.
    #[schema(required)]
    pub clerk_id: Option<String>,
    /// Unknown until the identity provider tells it.
    #[schema(required)]
    pub email: Option<String>,
    /// First and last name.
    #[schema(required)]
    pub name: Option<String>,
    /// An https address of a picture.
    #[schema(required)]
    pub avatar_url: Option<String>,
    /// What the person pays for.
    pub tier: Tier,
    /// When the person was first seen.
    pub created_at: Timestamp,
}

impl User {
    /// From the columns id, issuer, subject, email, name, avatar, tier, created, of which the first is at `first`.
    pub(crate) fn from_row(row: &Row, first: usize) -> Result<Self> {
        let issuer: String = row.get(first + 1)?;
        let subject: String = row.get(first + 2)?;
        Ok(Self {
            id: row.get(first)?,
            // The other issuers are words, not addresses.
            clerk_id: issuer.contains("://").then_some(subject),
            email: row.get(first + 3)?,
            name: row.get(first + 4)?,
            avatar_url: row.get(first + 5)?,
            // A tier that a newer program knows gives what the least gives.
            tier: row.get::<String>(first + 6)?.parse().unwrap_or_default(),
            created_at: row.get(first + 7)?,
        })
    }
}
