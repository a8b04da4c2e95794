//! Keys that users bring for model providers.

mod add;
mod delete;
mod list;
mod order;
mod refuse;
mod take;

use db::Row;
use kit::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub use order::KeyOrder;

use crate::Result;

/// A provider key as it is shown; never the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKeyInfo)]
pub struct ProviderKeyInfo {
    /// Whose models it opens.
    pub provider: String,
    /// Its end.
    #[schema(required)]
    pub key_hint: Option<String>,
    /// Whether the provider took it when it was last used.
    pub is_valid: bool,
    /// What the provider said when it did not. The original's schema does not show it.
    #[serde(skip)]
    pub last_error: Option<String>,
    /// When it was last used, to the minute.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
    /// When it was brought.
    pub created_at: Timestamp,
}

impl ProviderKeyInfo {
    /// From the columns provider, hint, valid, last error, last used, created.
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            provider: row.get(0)?,
            key_hint: row.get(1)?,
            is_valid: row.get(2)?,
            last_error: row.get(3)?,
            last_used_at: row.get(4)?,
            created_at: row.get(5)?,
        })
    }
}
