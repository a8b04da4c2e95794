use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Path, Validate};
use engine::{ReplayOn, ReplayWish};
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
    /// The `seq` of any event of a step: what was recorded beside and before the step is reused, not done again. It begins
    /// with the trigger's message when absent.
    #[serde(default, alias = "from_step")]
    #[schema(minimum = 0)]
    from_step: Option<u32>,
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

/// Runs a finished execution again, from its start or from one of its steps; `trigger.replayOf` names it in the new one.
///
/// From a step: what was answered and owes nothing to the step stands in the new execution as it was recorded, marked
/// `reused`, and costs nothing; the step, what follows from it and what had no answer is done anew.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/executions/{executionId}/replay",
    operation_id = "replayExecution",
    tag = "Executions",
    request_body = Option<ReplayRequest>,
    responses(
        (status = 201, description = "The new execution", body = ExecutionBody),
        (status = 402, description = "`run_quota`: the runs of the month are used up"),
        (status = 409, description = "`flow_not_running`: start the flow first; `wrong_state`: the execution is not over; \
                                      `cannot_replay`: the text does not carry on what was recorded before `fromStep`"),
    ),
)]
pub(crate) async fn replay(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, execution)): Path<(FlowId, ExecutionId)>,
    request: Option<Json<ReplayRequest>>,
) -> door::Result<(StatusCode, Json<ExecutionBody>)> {
    let request = request.map(|Json(request)| request).unwrap_or_default();
    let wish = ReplayWish { on: request.on.into(), from_step: request.from_step };
    let started = state.engine.replay_execution(user.id, flow, execution, wish).await?;
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
