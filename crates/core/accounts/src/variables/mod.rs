//! Variables of users and flows: JSON values that flows read, and people too.

mod delete;
mod list;
mod put;
mod resolve;

use db::Row;
use kit::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Result;

/// Variables that one owner, and each flow, may have.
pub const VARIABLES_LIMIT: usize = 200;

/// A variable.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VariableInfo {
    /// What flows call it.
    pub name: String,
    /// Its value.
    #[schema(value_type = Value)]
    pub value: Value,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl VariableInfo {
    /// From the columns name, value, created, updated.
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            value: value(&row.get::<String>(1)?),
            created_at: row.get(2)?,
            updated_at: row.get(3)?,
        })
    }
}

/// What this room wrote as JSON; a row that was damaged by hand reads as its text.
fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| Value::String(json.to_owned()))
}
