use axum::extract::State;
use door::{Failure, Json, Validate};
use engine::flow::canvas::{CanvasState, apply_to_yaml};
use engine::flow::organism::Diagnostic;
use kit::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ToYamlRequest {
    /// The text that the canvas was drawn from.
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
    #[serde(alias = "canvas_state")]
    canvas_state: CanvasState,
}

/// The changed text, and what there is to say about it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct YamlBody {
    organism_yaml: String,
    diagnostics: Vec<Diagnostic>,
}

impl Validate for ToYamlRequest {}

/// Carries what was changed on a canvas into its text; comments, order and everything else stay.
pub(crate) async fn to_yaml(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<ToYamlRequest>,
) -> door::Result<Json<YamlBody>> {
    let text = apply_to_yaml(&request.organism_yaml, &request.canvas_state).map_err(refused)?;
    let diagnostics = state.engine.validate(&text);
    Ok(Json(YamlBody { organism_yaml: text, diagnostics }))
}

fn refused(diagnostics: Vec<Diagnostic>) -> Failure {
    let message = "the canvas cannot be carried into the text: `details` says what is in the way";
    let details = json!({ "diagnostics": diagnostics });
    Failure::of_kind(Kind::Invalid, "invalid_flow", message).with_details(details)
}
