use axum::extract::State;
use door::{Json, Validate};
use engine::flow::canvas::{CanvasState, from_yaml};
use engine::flow::organism::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ToCanvasRequest {
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
    /// What is on the canvas now: it keeps its positions.
    #[serde(alias = "canvas_state")]
    canvas_state: Option<CanvasState>,
}

/// A text as it is drawn, and what there is to say about it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CanvasBody {
    canvas_state: CanvasState,
    diagnostics: Vec<Diagnostic>,
}

impl Validate for ToCanvasRequest {}

/// Draws a text, with a layout for what has no position yet; a text that is no YAML leaves the canvas as it was.
pub(crate) async fn to_canvas(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<ToCanvasRequest>,
) -> Json<CanvasBody> {
    let canvas_state = from_yaml(&request.organism_yaml, request.canvas_state.as_ref());
    Json(CanvasBody { canvas_state, diagnostics: state.engine.validate(&request.organism_yaml) })
}
