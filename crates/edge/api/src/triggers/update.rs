use axum::extract::State;
use door::{Faults, Json, Path, Validate};
use engine::TriggerChange;
use kit::ids::{FlowId, TriggerId};
use serde::Deserialize;
use serde_json::Value;

use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateTriggerRequest {
    name: Option<String>,
    config: Option<Value>,
    enabled: Option<bool>,
}

/// Changes a trigger; what is absent stays.
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
