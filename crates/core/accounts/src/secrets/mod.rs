//! Secrets of users and flows: written, used by flows, and never read back.

mod bound;
mod delete;
mod hosts;
mod list;
mod name;
mod put;
mod resolve;

use db::Row;
use kit::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub use bound::BoundSecret;
pub(crate) use put::sealed_name;

use crate::Result;

/// Secrets that one owner, and each flow, may have.
pub const SECRETS_LIMIT: usize = 200;

/// A secret as it is shown; never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretInfo {
    /// What flows call it.
    pub name: String,
    /// The end of its value.
    pub hint: String,
    /// The hosts it may be sent to; any when empty.
    pub hosts: Vec<String>,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl SecretInfo {
    /// From the columns name, hint, hosts, created, updated.
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            hint: row.get(1)?,
            hosts: hosts::from_column(&row.get::<String>(2)?)?,
            created_at: row.get(3)?,
            updated_at: row.get(4)?,
        })
    }
}
