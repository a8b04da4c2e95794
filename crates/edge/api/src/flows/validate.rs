use axum::extract::State;
use door::{Json, Validate};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ValidateRequest {
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
}

impl Validate for ValidateRequest {}

/// What there is to say about a flow's text.
pub(crate) async fn validate(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<ValidateRequest>,
) -> Json<Value> {
    let diagnostics = state.engine.validate(&request.organism_yaml);
    let is_valid = !diagnostics.iter().any(|d| d.severity == engine::flow::organism::Severity::Error);
    Json(json!({ "valid": is_valid, "diagnostics": diagnostics }))
}
