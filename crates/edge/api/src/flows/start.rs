use axum::extract::State;
use axum::http::HeaderMap;
use door::{Json, Path};
use kit::ids::FlowId;

use super::{FlowBody, answer};
use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Starts a stopped flow.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/start",
    operation_id = "startFlow",
    tag = "Flows",
    params(IfMatch),
    responses(
        (status = 200, description = "The flow, running or on its way", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
        (status = 409, description = "`wrong_state`: the flow is neither stopped nor in error; the state is in `details`"),
        (status = 422, description = "`invalid_flow`: the YAML has errors; they are in `details.diagnostics`"),
    ),
)]
pub(crate) async fn start(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    Ok(answer(state.engine.start_flow(user.id, flow, revision).await?))
}
