use axum::extract::State;
use door::{Json, Path};
use kit::Timestamp;
use kit::ids::FlowId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

/// Sums over all executions of a flow.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FlowStats)]
pub(crate) struct StatsBody {
    flow_id: FlowId,
    executions_total: u64,
    executions_success: u64,
    executions_error: u64,
    executions_timeout: u64,
    /// The mean of all that ended; 0 without one.
    avg_duration_ms: f64,
    #[schema(required)]
    last_executed_at: Option<Timestamp>,
}

/// Sums over the executions of a flow.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/executions/stats",
    operation_id = "getFlowStats",
    tag = "Executions",
    responses(
        (status = 200, description = "The sums", body = StatsBody),
    ),
)]
pub(crate) async fn stats(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<Json<StatsBody>> {
    let stats = state.engine.stats(user.id, flow).await?;
    let ended = stats.succeeded + stats.failed + stats.timed_out;
    Ok(Json(StatsBody {
        flow_id: flow,
        executions_total: stats.started,
        executions_success: stats.succeeded,
        executions_error: stats.failed,
        executions_timeout: stats.timed_out,
        avg_duration_ms: if ended == 0 { 0.0 } else { stats.duration_ms as f64 / ended as f64 },
        last_executed_at: stats.last_at,
    }))
}
