use accounts::{Place, VariableInfo};
use axum::extract::State;
use door::{Json, Path, Validate};
use kit::ids::FlowId;
use serde::Deserialize;
use serde_json::Value;

use crate::signed::Signed;
use crate::{ApiState, place};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutVariableRequest {
    value: Value,
}

impl Validate for PutVariableRequest {}

/// Writes a variable of the user: any JSON.
pub(crate) async fn put(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
    Json(request): Json<PutVariableRequest>,
) -> door::Result<Json<VariableInfo>> {
    Ok(Json(state.accounts.put_variable(user.id, Place::Owner, &name, &request.value).await?))
}

/// Writes a variable of a flow, which hides the user's of the same name.
pub(crate) async fn put_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
    Json(request): Json<PutVariableRequest>,
) -> door::Result<Json<VariableInfo>> {
    let place = place::of_flow(&state, &user, flow).await?;
    Ok(Json(state.accounts.put_variable(user.id, place, &name, &request.value).await?))
}
