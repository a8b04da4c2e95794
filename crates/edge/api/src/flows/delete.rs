use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::FlowId;

use crate::ApiState;
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Deletes a flow that does not run, with its triggers, executions, journal, secrets and variables.
#[utoipa::path(
    delete,
    path = "/flows/{flowId}",
    operation_id = "deleteFlow",
    tag = "Flows",
    params(IfMatch),
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "`wrong_state`: the flow is not stopped; the state is in `details`"),
    ),
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    IfMatch(revision): IfMatch,
) -> door::Result<StatusCode> {
    let deleted = state.engine.delete_flow(user.id, flow, revision).await;
    // Also when the flow is gone: a repetition takes along what a failure between the two left behind.
    if matches!(deleted, Ok(()) | Err(engine::Error::NotFound(_))) {
        state.accounts.forget_flow(user.id, flow).await?;
    }
    deleted?;
    Ok(StatusCode::NO_CONTENT)
}
