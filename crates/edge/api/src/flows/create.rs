use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use door::{Faults, Json, Validate};
use engine::FlowDraft;
use engine::flow::canvas::CanvasState;
use serde::Deserialize;
use utoipa::ToSchema;

use super::canvas::GivenCanvas;
use super::{FlowBody, answer};
use crate::ApiState;
use crate::signed::Signed;

/// The largest text of a flow, in bytes.
pub(super) const MAX_YAML_BYTES: usize = 1 << 20;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateFlowRequest {
    #[schema(min_length = 1, max_length = 100, example = "orders")]
    name: String,
    #[schema(max_length = 500)]
    description: Option<String>,
    #[serde(alias = "organism_yaml")]
    /// The flow as text, at most 1 MiB; a small flow that runs when absent.
    organism_yaml: Option<String>,
    #[serde(alias = "canvas_state")]
    #[schema(value_type = Option<CanvasState>)]
    canvas_state: Option<GivenCanvas>,
}

/// Adds a flow; a text with errors is kept and cannot be started.
#[utoipa::path(
    post,
    path = "/flows",
    operation_id = "createFlow",
    tag = "Flows",
    responses(
        (status = 201, description = "The new flow", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
        (status = 403, description = "`flow_limit`: the tier allows no more flows"),
    ),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Json(request): Json<CreateFlowRequest>,
) -> door::Result<Response> {
    let draft = FlowDraft {
        name: request.name,
        description: request.description,
        organism_yaml: request.organism_yaml,
        canvas_state: request.canvas_state.map(GivenCanvas::into_json),
    };
    let flow = state.engine.create_flow(user.id, user.tier.flows_limit(), draft).await?;
    Ok((StatusCode::CREATED, answer(flow)).into_response())
}

impl Validate for CreateFlowRequest {
    fn validate(&self, faults: &mut Faults) {
        faults.length("name", &self.name, 1, 100);
        faults.length("description", self.description.as_deref().unwrap_or_default(), 0, 500);
        if self.organism_yaml.as_ref().is_some_and(|text| text.len() > MAX_YAML_BYTES) {
            faults.add("organismYaml", "is larger than 1 MiB");
        }
    }
}
