use axum::extract::State;
use door::{Json, Path};
use kit::ids::{ExecutionId, FlowId};

use super::ExecutionBody;
use crate::ApiState;
use crate::signed::Signed;

/// Ends an execution: what it is doing is cut off, nothing of it goes on.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/executions/{executionId}/cancel",
    operation_id = "cancelExecution",
    tag = "Executions",
    responses(
        (status = 200, description = "The execution: `error` with `errorCode` `cancelled`; `running` if its node takes longer than 5 s", body = ExecutionBody),
        (status = 409, description = "`wrong_state`: the execution is over; the status is in `details`"),
    ),
)]
pub(crate) async fn cancel(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, execution)): Path<(FlowId, ExecutionId)>,
) -> door::Result<Json<ExecutionBody>> {
    Ok(Json(state.engine.cancel(user.id, flow, execution).await?.into()))
}
