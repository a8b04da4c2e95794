use accounts::{Place, SecretInfo};
use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use crate::signed::Signed;
use crate::{ApiState, place};

/// A secret of the user, without its value.
#[utoipa::path(
    get,
    path = "/secrets/{name}",
    operation_id = "getSecret",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The secret without its value", body = SecretInfo),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
) -> door::Result<Json<SecretInfo>> {
    Ok(Json(state.accounts.secret_info(user.id, Place::Owner, &name).await?))
}

/// A secret of a flow, without its value.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/secrets/{name}",
    operation_id = "getFlowSecret",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The secret without its value", body = SecretInfo),
    ),
)]
pub(crate) async fn get_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
) -> door::Result<Json<SecretInfo>> {
    let place = place::of_flow(&state, &user, flow).await?;
    Ok(Json(state.accounts.secret_info(user.id, place, &name).await?))
}
