use accounts::Place;
use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::FlowId;

use crate::signed::Signed;
use crate::{ApiState, place};

/// Removes a secret of the user.
#[utoipa::path(
    delete,
    path = "/secrets/{name}",
    operation_id = "deleteSecret",
    tag = "Secrets and variables",
    responses(
        (status = 204, description = "It is gone"),
    ),
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
) -> door::Result<StatusCode> {
    state.accounts.delete_secret(user.id, Place::Owner, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a secret of a flow.
#[utoipa::path(
    delete,
    path = "/flows/{flowId}/secrets/{name}",
    operation_id = "deleteFlowSecret",
    tag = "Secrets and variables",
    responses(
        (status = 204, description = "It is gone"),
    ),
)]
pub(crate) async fn delete_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
) -> door::Result<StatusCode> {
    let place = place::of_flow(&state, &user, flow).await?;
    state.accounts.delete_secret(user.id, place, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
