use accounts::ProviderKeyInfo;
use axum::extract::State;
use door::Json;

use crate::ApiState;
use crate::signed::Signed;

/// The user's keys for model providers, without the keys.
#[utoipa::path(
    get,
    path = "/api-keys",
    operation_id = "listApiKeys",
    tag = "Account",
    responses(
        (status = 200, description = "One a provider", body = Vec<ProviderKeyInfo>),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<Vec<ProviderKeyInfo>>> {
    Ok(Json(state.accounts.list_provider_keys(user.id).await?))
}
