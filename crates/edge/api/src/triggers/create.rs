use axum::extract::State;
use axum::http::StatusCode;
use door::{Faults, Json, Path, Validate};
use engine::TriggerDraft;
use engine::journal::TriggerKind;
use kit::ids::FlowId;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::config::TriggerConfig;
use super::{TriggerBody, shape};
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateTriggerRequest {
    #[serde(rename = "type")]
    kind: TriggerKind,
    #[schema(min_length = 1, max_length = 100, example = "orders come in")]
    name: String,
    #[schema(value_type = Option<TriggerConfig>)]
    config: Option<Value>,
    /// Whether it fires; true when absent.
    enabled: Option<bool>,
}

/// Adds a trigger; a webhook gets its token.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/triggers",
    operation_id = "createTrigger",
    tag = "Triggers",
    responses(
        (status = 201, description = "The new trigger", body = TriggerBody),
    ),
)]
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
