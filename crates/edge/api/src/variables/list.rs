use accounts::{Place, VariableInfo};
use axum::extract::State;
use door::{Json, Path};
use kit::ids::FlowId;

use crate::signed::Signed;
use crate::{ApiState, place};

/// The user's variables by name.
#[utoipa::path(
    get,
    path = "/variables",
    operation_id = "listVariables",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "By name", body = Vec<VariableInfo>),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<Vec<VariableInfo>>> {
    Ok(Json(state.accounts.list_variables(user.id, Place::Owner).await?))
}

/// The variables of a flow by name; the user's own are not among them.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/variables",
    operation_id = "listFlowVariables",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "By name", body = Vec<VariableInfo>),
    ),
)]
pub(crate) async fn list_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
) -> door::Result<Json<Vec<VariableInfo>>> {
    let place = place::of_flow(&state, &user, flow).await?;
    Ok(Json(state.accounts.list_variables(user.id, place).await?))
}
