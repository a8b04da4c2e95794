use axum::extract::State;
use door::{Json, Validate};
use engine::flow::organism::{Diagnostic, Severity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ValidateFlowRequest)]
pub(crate) struct ValidateRequest {
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
}

/// A text, judged.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FlowValidation)]
pub(crate) struct ValidationBody {
    /// Whether a flow with this text can be started.
    valid: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Validate for ValidateRequest {}

/// What there is to say about a flow's text.
#[utoipa::path(
    post,
    path = "/flows/validate",
    operation_id = "validateFlow",
    tag = "Flows",
    responses(
        (status = 200, description = "What there is to say", body = ValidationBody),
    ),
)]
pub(crate) async fn validate(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<ValidateRequest>,
) -> Json<ValidationBody> {
    let diagnostics = state.engine.validate(&request.organism_yaml);
    let valid = !diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Json(ValidationBody { valid, diagnostics })
}
