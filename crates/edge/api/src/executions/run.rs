use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Path, Validate};
use kit::ids::FlowId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::ExecutionBody;
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RunFlowRequest)]
pub(crate) struct RunRequest {
    /// What the flow starts with; null when absent.
    #[serde(default, alias = "input_payload")]
    #[schema(value_type = Value, examples(json!({ "customer": "Ada" })))]
    input_payload: Value,
}

impl Validate for RunRequest {}

/// Starts a running flow by hand; a text that is JSON counts as what it says.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/executions/run",
    operation_id = "runFlow",
    tag = "Executions",
    request_body = Option<RunRequest>,
    responses(
        (status = 201, description = "The new execution", body = ExecutionBody),
        (status = 402, description = "`run_quota`: the runs of the month are used up"),
        (status = 409, description = "`flow_not_running`: start the flow first; its state is in `details`"),
    ),
)]
pub(crate) async fn run(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    request: Option<Json<RunRequest>>,
) -> door::Result<(StatusCode, Json<ExecutionBody>)> {
    let payload = match request.map(|Json(request)| request.input_payload).unwrap_or_default() {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    };
    let started = state.engine.run(user.id, flow, payload).await?;
    let details = state.engine.get_execution(user.id, flow, started.id).await?;
    Ok((StatusCode::CREATED, Json(details.into())))
}
