use axum::extract::State;
use door::{Json, Path};
use kit::ids::{ExecutionId, FlowId};

use super::ExecutionBody;
use crate::ApiState;
use crate::signed::Signed;

/// An execution with what came in and what went out.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/executions/{executionId}",
    operation_id = "getExecution",
    tag = "Executions",
    responses(
        (status = 200, description = "The execution", body = ExecutionBody),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, execution)): Path<(FlowId, ExecutionId)>,
) -> door::Result<Json<ExecutionBody>> {
    Ok(Json(state.engine.get_execution(user.id, flow, execution).await?.into()))
}
