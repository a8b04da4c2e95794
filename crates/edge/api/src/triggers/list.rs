use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

/// The triggers of a flow, the oldest first.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/triggers",
    operation_id = "listTriggers",
    tag = "Triggers",
    responses(
        (status = 200, description = "All triggers of the flow", body = Vec<TriggerBody>),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<Json<Vec<TriggerBody>>> {
    let triggers = state.engine.list_triggers(user.id, flow).await?;
    triggers.into_iter().map(|trigger| shape(&state, trigger)).collect::<door::Result<_>>().map(Json)
}
