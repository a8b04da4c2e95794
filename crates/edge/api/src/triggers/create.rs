use axum::extract::State;
use axum::http::StatusCode;
use door::{Faults, Json, Path, Validate};
use engine::TriggerDraft;
use engine::journal::TriggerKind;
use kit::ids::FlowId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateTriggerRequest {
    #[serde(rename = "type")]
    kind: TriggerKind,
    name: String,
    config: Option<Value>,
    enabled: Option<bool>,
}

/// Adds a trigger; a webhook gets its token.
pub(crate) async fn create(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    Json(request): Json<CreateTriggerRequest>,
) -> door::Result<(StatusCode, Json<TriggerBody>)> {
    let draft = TriggerDraft {
        kind: request.kind,
        name: request.name,
        config: request.config.unwrap_or_else(|| json!({})),
        is_enabled: request.enabled.unwrap_or(true),
    };
    let trigger = state.engine.create_trigger(user.id, flow, draft).await?;
    Ok((StatusCode::CREATED, Json(shape(&state, trigger)?)))
}

impl Validate for CreateTriggerRequest {
    fn validate(&self, faults: &mut Faults) {
        faults.length("name", &self.name, 1, 100);
    }
}
