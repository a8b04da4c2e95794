use accounts::{Place, VariableInfo};
use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use crate::signed::Signed;
use crate::{ApiState, place};

/// A variable of the user.
#[utoipa::path(
    get,
    path = "/variables/{name}",
    operation_id = "getVariable",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The variable", body = VariableInfo),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
) -> door::Result<Json<VariableInfo>> {
    Ok(Json(state.accounts.variable(user.id, Place::Owner, &name).await?))
}

/// A variable of a flow.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/variables/{name}",
    operation_id = "getFlowVariable",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The variable", body = VariableInfo),
    ),
)]
pub(crate) async fn get_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
) -> door::Result<Json<VariableInfo>> {
    let place = place::of_flow(&state, &user, flow).await?;
    Ok(Json(state.accounts.variable(user.id, place, &name).await?))
}
