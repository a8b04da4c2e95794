use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use super::PinBody;
use crate::ApiState;
use crate::signed::Signed;

/// What is pinned in a flow, by the names of the listeners.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/pins",
    operation_id = "listPins",
    tag = "Flows",
    responses(
        (status = 200, description = "All of it", body = Vec<PinBody>),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<Json<Vec<PinBody>>> {
    let pins = state.engine.pins(user.id, flow).await?;
    Ok(Json(pins.into_iter().map(Into::into).collect()))
}
