use axum::extract::State;
use axum::http::HeaderMap;
use door::{Json, Path};
use kit::ids::FlowId;

use super::{FlowBody, answer};
use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Starts a stopped flow.
pub(crate) async fn start(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    Ok(answer(state.engine.start_flow(user.id, flow, revision).await?))
}
