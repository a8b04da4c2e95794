use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::FlowId;

use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Deletes a flow that does not run, with its triggers, executions and journal.
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
) -> door::Result<StatusCode> {
    state.engine.delete_flow(user.id, flow, revision).await?;
    state.accounts.forget_flow(user.id, flow).await?;
    Ok(StatusCode::NO_CONTENT)
}
