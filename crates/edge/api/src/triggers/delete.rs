use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::{FlowId, TriggerId};

use crate::ApiState;
use crate::signed::Signed;

/// Deletes a trigger; its executions stay.
#[utoipa::path(
    delete,
    path = "/flows/{flowId}/triggers/{triggerId}",
    operation_id = "deleteTrigger",
    tag = "Triggers",
    responses(
        (status = 204, description = "It is gone"),
    ),
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, trigger)): Path<(FlowId, TriggerId)>,
) -> door::Result<StatusCode> {
    state.engine.delete_trigger(user.id, flow, trigger).await?;
    Ok(StatusCode::NO_CONTENT)
}
