use axum::extract::State;
use door::Json;
use llm::Health;

use crate::ApiState;

/// How it is with providers, queue and cache on this node.
#[utoipa::path(
    get,
    path = "/llm/health",
    operation_id = "getModelHealth",
    tag = "Models",
    responses(
        (status = 200, description = "Providers, breakers, queue, cache, times, alerts", body = Health),
    ),
)]
pub(crate) async fn health(State(state): State<ApiState>) -> Json<Health> {
    Json(state.gateway.health())
}
