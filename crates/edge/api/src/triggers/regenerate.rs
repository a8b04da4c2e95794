use axum::extract::State;
use door::{Json, Path};
use kit::ids::{FlowId, TriggerId};

use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

/// Gives a webhook a new token; the old one dies at once.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/triggers/{triggerId}/regenerate-token",
    operation_id = "regenerateWebhookToken",
    tag = "Triggers",
    responses(
        (status = 200, description = "The trigger with its new token", body = TriggerBody),
        (status = 422, description = "`validation_error`: the trigger is no webhook"),
    ),
)]
pub(crate) async fn regenerate(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, trigger)): Path<(FlowId, TriggerId)>,
) -> door::Result<Json<TriggerBody>> {
    let trigger = state.engine.regenerate_token(user.id, flow, trigger).await?;
    shape(&state, trigger).map(Json)
}
