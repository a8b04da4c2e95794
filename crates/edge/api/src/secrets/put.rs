use accounts::{Place, SecretInfo};
use axum::extract::State;
use door::{Json, Path, Validate};
use kit::Secret;
use kit::ids::FlowId;
use serde::Deserialize;

use crate::signed::Signed;
use crate::{ApiState, place};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSecretRequest {
    value: Secret,
    #[serde(default)]
    hosts: Vec<String>,
}

impl Validate for PutSecretRequest {}

/// Writes a secret of the user: its value, and the hosts that it may be sent to (any when there are none).
pub(crate) async fn put(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
    Json(request): Json<PutSecretRequest>,
) -> door::Result<Json<SecretInfo>> {
    let secret = (&request.value, request.hosts.as_slice());
    Ok(Json(state.accounts.put_secret(user.id, Place::Owner, &name, secret).await?))
}

/// Writes a secret of a flow, which hides the user's of the same name.
pub(crate) async fn put_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
    Json(request): Json<PutSecretRequest>,
) -> door::Result<Json<SecretInfo>> {
    let place = place::of_flow(&state, &user, flow).await?;
    let secret = (&request.value, request.hosts.as_slice());
    Ok(Json(state.accounts.put_secret(user.id, place, &name, secret).await?))
}
