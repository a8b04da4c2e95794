use axum::extract::State;
use door::{Faults, Json, Path, Validate};
use engine::TriggerChange;
use kit::ids::{FlowId, TriggerId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::config::TriggerConfig;
use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateTriggerRequest {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(value_type = Option<TriggerConfig>)]
    config: Option<Value>,
    enabled: Option<bool>,
}

/// Changes a trigger; what is absent stays.
#[utoipa::path(
    patch,
    path = "/flows/{flowId}/triggers/{triggerId}",
    operation_id = "updateTrigger",
    tag = "Triggers",
    responses(
        (status = 200, description = "The trigger as it is now", body = TriggerBody),
    ),
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, trigger)): Path<(FlowId, TriggerId)>,
    Json(request): Json<UpdateTriggerRequest>,
) -> door::Result<Json<TriggerBody>> {
    let change = TriggerChange { name: request.name, config: request.config, is_enabled: request.enabled };
    let trigger = state.engine.update_trigger(user.id, flow, trigger, change).await?;
    shape(&state, trigger).map(Json)
}

impl Validate for UpdateTriggerRequest {
    fn validate(&self, faults: &mut Faults) {
        if let Some(name) = &self.name {
            faults.length("name", name, 1, 100);
        }
    }
}
