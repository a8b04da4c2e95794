use axum::Json;
use axum::extract::State;
use door::{Failure, Path};
use engine::journal::FlowStatus;
use serde::Serialize;
use utoipa::ToSchema;

/// Where a webhook's token leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookTest)]
pub(crate) struct TestBody {
    valid: bool,
    trigger_name: String,
    flow_name: String,
    flow_status: FlowStatus,
}

use crate::State as Triggers;

/// Says where a token leads; runs nothing.
#[utoipa::path(
    get,
    path = "/webhooks/{token}/test",
    operation_id = "testWebhook",
    tag = "Webhooks",
    responses(
        (status = 200, description = "The token is valid", body = TestBody),
    ),
)]
pub(crate) async fn test(
    State(state): State<Triggers>,
    Path(token): Path<String>,
) -> door::Result<Json<TestBody>> {
    let webhook = state.engine.find_webhook(&token).await?.ok_or_else(Failure::not_found)?;
    Ok(Json(TestBody {
        valid: true,
        trigger_name: webhook.trigger.name.clone(),
        flow_name: webhook.flow_name.clone(),
        flow_status: webhook.flow_status,
    }))
}
