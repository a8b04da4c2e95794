use axum::extract::State;
use door::{Faults, Json, Path, Validate};
use engine::NewPin;
use kit::ids::{ExecutionId, FlowId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::PinBody;
use crate::ApiState;
use crate::given::given;
use crate::signed::Signed;

/// One of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PutPinRequest {
    /// What the listener answers: any JSON.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Value>, examples(json!({ "total": 150 })))]
    output: Option<Value>,
    /// The execution in which it gave the answer that is pinned, the last of them.
    #[serde(alias = "execution_id")]
    execution_id: Option<ExecutionId>,
}

impl Validate for PutPinRequest {
    fn validate(&self, faults: &mut Faults) {
        if self.output.is_some() == self.execution_id.is_some() {
            faults.add("output", "say either what the listener answers, or an executionId to take it from");
        }
    }
}

/// Pins an answer of a listener: in test runs it stands in for the listener's work.
#[utoipa::path(
    put,
    path = "/flows/{flowId}/pins/{listener}",
    operation_id = "putPin",
    tag = "Flows",
    responses(
        (status = 200, description = "What is pinned now", body = PinBody),
    ),
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, listener)): Path<(FlowId, String)>,
    Json(request): Json<PutPinRequest>,
) -> door::Result<Json<PinBody>> {
    let new = match (request.output, request.execution_id) {
        (None, Some(execution)) => NewPin::Recorded(execution),
        (output, _) => NewPin::Written(output.unwrap_or_default().into()),
    };
    Ok(Json(state.engine.pin(user.id, flow, &listener, new).await?.into()))
}
