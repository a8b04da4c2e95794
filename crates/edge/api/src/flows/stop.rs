use axum::extract::State;
use axum::http::HeaderMap;
use door::{Json, Path};
use kit::ids::FlowId;

use super::{FlowBody, answer};
use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Stops a running flow; active executions have 30 s to end.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/stop",
    operation_id = "stopFlow",
    tag = "Flows",
    params(IfMatch),
    responses(
        (status = 200, description = "The flow, stopped or on its way", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
        (status = 409, description = "`wrong_state`: the flow does not run; the state is in `details`"),
    ),
)]
pub(crate) async fn stop(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    Ok(answer(state.engine.stop_flow(user.id, flow, revision).await?))
}
