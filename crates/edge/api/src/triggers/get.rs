use axum::extract::State;
use door::{Json, Path};
use kit::ids::{FlowId, TriggerId};

use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

/// A trigger of a flow.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/triggers/{triggerId}",
    operation_id = "getTrigger",
    tag = "Triggers",
    responses(
        (status = 200, description = "The trigger", body = TriggerBody),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, trigger)): Path<(FlowId, TriggerId)>,
) -> door::Result<Json<TriggerBody>> {
    let trigger = state.engine.get_trigger(user.id, flow, trigger).await?;
    shape(&state, trigger).map(Json)
}
