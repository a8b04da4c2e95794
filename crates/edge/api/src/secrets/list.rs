use accounts::{Place, SecretInfo};
use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use crate::signed::Signed;
use crate::{ApiState, place};

/// The user's secrets by name, without their values.
#[utoipa::path(
    get,
    path = "/secrets",
    operation_id = "listSecrets",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "By name", body = Vec<SecretInfo>),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<Vec<SecretInfo>>> {
    Ok(Json(state.accounts.list_secrets(user.id, Place::Owner).await?))
}

/// The secrets of a flow by name, without their values; the user's own are not among them.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/secrets",
    operation_id = "listFlowSecrets",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "By name", body = Vec<SecretInfo>),
    ),
)]
pub(crate) async fn list_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<Json<Vec<SecretInfo>>> {
    let place = place::of_flow(&state, &user, flow).await?;
    Ok(Json(state.accounts.list_secrets(user.id, place).await?))
}
