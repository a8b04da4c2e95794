use axum::extract::State;
use axum::http::HeaderMap;
use door::{Json, Path};
use kit::ids::FlowId;

use super::{FlowBody, answer};
use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Stops a running flow; active executions have 30 s to end.
pub(crate) async fn stop(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    Ok(answer(state.engine.stop_flow(user.id, flow, revision).await?))
}
