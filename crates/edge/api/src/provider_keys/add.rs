use accounts::ProviderKeyInfo;
use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Validate};
use kit::Secret;
use serde::Deserialize;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddApiKeyRequest {
    provider: String,
    #[serde(alias = "api_key")]
    api_key: Secret,
}

impl Validate for AddApiKeyRequest {}

/// Keeps a key for a provider, in the place of an earlier one; it is shown by its last characters only.
pub(crate) async fn add(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Json(request): Json<AddApiKeyRequest>,
) -> door::Result<(StatusCode, Json<ProviderKeyInfo>)> {
    let key = state.accounts.add_provider_key(user.id, &request.provider, &request.api_key).await?;
    Ok((StatusCode::CREATED, Json(key)))
}
