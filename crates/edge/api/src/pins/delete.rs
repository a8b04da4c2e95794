use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::FlowId;

use crate::ApiState;
use crate::signed::Signed;

/// Takes a pinned answer away: the listener does its work in test runs again.
#[utoipa::path(
    delete,
    path = "/flows/{flowId}/pins/{listener}",
    operation_id = "deletePin",
    tag = "Flows",
    responses(
        (status = 204, description = "It is gone"),
    ),
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, listener)): Path<(FlowId, String)>,
) -> door::Result<StatusCode> {
    state.engine.unpin(user.id, flow, &listener).await?;
    Ok(StatusCode::NO_CONTENT)
}
