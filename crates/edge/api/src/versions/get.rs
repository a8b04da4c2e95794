use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use super::VersionBody;
use crate::ApiState;
use crate::signed::Signed;

/// One saved text of a flow.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/versions/{number}",
    operation_id = "getFlowVersion",
    tag = "Flows",
    responses(
        (status = 200, description = "The version", body = VersionBody),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, number)): Path<(FlowId, i64)>,
) -> door::Result<Json<VersionBody>> {
    Ok(Json(state.engine.get_version(user.id, flow, number).await?.into()))
}
