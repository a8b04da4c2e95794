use axum::extract::State;
use axum::http::HeaderMap;
use door::{Json, Path};
use kit::ids::FlowId;

use super::{FlowBody, answer};
use crate::ApiState;
use crate::signed::Signed;

/// A flow of the user.
#[utoipa::path(
    get,
    path = "/flows/{flowId}",
    operation_id = "getFlow",
    tag = "Flows",
    responses(
        (status = 200, description = "The flow", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    Ok(answer(state.engine.get_flow(user.id, flow).await?))
}
