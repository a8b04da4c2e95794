use axum::extract::State;
use axum::http::HeaderMap;
use door::{Faults, Json, Path, Validate};
use engine::FlowChange;
use engine::flow::canvas::CanvasState;
use kit::ids::FlowId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::canvas::GivenCanvas;
use super::create::MAX_YAML_BYTES;
use super::{FlowBody, answer};
use crate::ApiState;
use crate::given::given;
use crate::revision::IfMatch;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateFlowRequest {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Null clears it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 500)]
    description: Option<Option<String>>,
    #[serde(alias = "organism_yaml")]
    organism_yaml: Option<String>,
    /// Null clears it.
    #[serde(default, deserialize_with = "given", alias = "canvas_state")]
    #[schema(value_type = Option<CanvasState>)]
    canvas_state: Option<Option<GivenCanvas>>,
}

/// Changes a flow that does not run; what is absent stays, null clears.
#[utoipa::path(
    patch,
    path = "/flows/{flowId}",
    operation_id = "updateFlow",
    tag = "Flows",
    params(IfMatch),
    responses(
        (status = 200, description = "The flow as it is now", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
        (status = 409, description = "`wrong_state`: the flow is not stopped; the state is in `details`"),
    ),
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
    Json(request): Json<UpdateFlowRequest>,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    let change = FlowChange {
        name: request.name,
        description: request.description,
        organism_yaml: request.organism_yaml,
        canvas_state: request.canvas_state.map(|canvas| canvas.map(GivenCanvas::into_json)),
    };
    Ok(answer(state.engine.update_flow(user.id, flow, revision, change).await?))
}

impl Validate for UpdateFlowRequest {
    fn validate(&self, faults: &mut Faults) {
        if let Some(name) = &self.name {
            faults.length("name", name, 1, 100);
        }
        if let Some(Some(description)) = &self.description {
            faults.length("description", description, 0, 500);
        }
        if self.organism_yaml.as_ref().is_some_and(|text| text.len() > MAX_YAML_BYTES) {
            faults.add("organismYaml", "is larger than 1 MiB");
        }
    }
}
