use axum::Json;
use axum::extract::State;
use door::{Failure, Path};
use serde_json::{Value, json};

use crate::State as Triggers;

/// Says where a token leads; runs nothing.
pub(crate) async fn test(
    State(state): State<Triggers>,
    Path(token): Path<String>,
) -> door::Result<Json<Value>> {
    let webhook = state.engine.find_webhook(&token).await?.ok_or_else(Failure::not_found)?;
    Ok(Json(json!({
        "valid": true,
        "triggerName": webhook.trigger.name,
        "flowName": webhook.flow_name,
        "flowStatus": webhook.flow_status,
    })))
}
