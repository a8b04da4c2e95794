use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What every error answers with, whatever went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApiError {
    /// A stable snake_case word for programs.
    #[schema(example = "not_found")]
    pub code: String,
    /// What is wrong and what to do, for people.
    pub message: String,
    /// More for programs: the fields at fault, the present state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub details: Option<Value>,
}
