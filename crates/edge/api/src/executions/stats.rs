use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;
use serde_json::{Value, json};

use crate::ApiState;
use crate::signed::Signed;

/// Sums over the executions of a flow.
pub(crate) async fn stats(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<Json<Value>> {
    let stats = state.engine.stats(user.id, flow).await?;
    let ended = stats.succeeded + stats.failed + stats.timed_out;
    Ok(Json(json!({
        "flowId": flow,
        "executionsTotal": stats.started,
        "executionsSuccess": stats.succeeded,
        "executionsError": stats.failed,
        "executionsTimeout": stats.timed_out,
        "avgDurationMs": if ended == 0 { 0.0 } else { stats.duration_ms as f64 / ended as f64 },
        "lastExecutedAt": stats.last_at,
    })))
}
