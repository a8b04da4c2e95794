use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Path, Validate};
use engine::ReplayOn;
use kit::ids::{ExecutionId, FlowId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ExecutionBody;
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ReplayRequest)]
pub(crate) struct ReplayRequest {
    /// Which text it runs; the flow's present one when absent.
    #[serde(default)]
    on: ReplayText,
}

/// Which text a replay runs.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReplayText {
    /// The one that the flow runs now.
    #[default]
    Current,
    /// The one that the execution ran.
    Original,
}

impl Validate for ReplayRequest {}

/// Runs a finished execution again with what its trigger brought; `trigger.replayOf` names it in the new one.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/executions/{executionId}/replay",
    operation_id = "replayExecution",
    tag = "Executions",
    request_body = Option<ReplayRequest>,
    responses(
        (status = 201, description = "The new execution", body = ExecutionBody),
        (status = 402, description = "`run_quota`: the runs of the month are used up"),
        (status = 409, description = "`flow_not_running`: start the flow first; `wrong_state`: the execution is not over"),
    ),
)]
pub(crate) async fn replay(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, execution)): Path<(FlowId, ExecutionId)>,
    request: Option<Json<ReplayRequest>>,
) -> door::Result<(StatusCode, Json<ExecutionBody>)> {
    let on = request.map(|Json(request)| request.on).unwrap_or_default();
    let started = state.engine.replay_execution(user.id, flow, execution, on.into()).await?;
    let details = state.engine.get_execution(user.id, flow, started.id).await?;
    Ok((StatusCode::CREATED, Json(details.into())))
}

impl From<ReplayText> for ReplayOn {
    fn from(text: ReplayText) -> Self {
        match text {
            ReplayText::Current => Self::Current,
            ReplayText::Original => Self::Original,
        }
    }
}
