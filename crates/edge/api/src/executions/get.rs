use axum::extract::State;
use door::{Json, Path};
use kit::ids::{ExecutionId, FlowId};

use super::ExecutionBody;
use crate::ApiState;
use crate::signed::Signed;

/// An execution with what came in and what went out.
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, execution)): Path<(FlowId, ExecutionId)>,
) -> door::Result<Json<ExecutionBody>> {
    Ok(Json(state.engine.get_execution(user.id, flow, execution).await?.into()))
}
