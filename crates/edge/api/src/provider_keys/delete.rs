use axum::extract::State;
use axum::http::StatusCode;
use door::Path;

use crate::ApiState;
use crate::signed::Signed;

/// Removes the key for a provider.
#[utoipa::path(
    delete,
    path = "/api-keys/{provider}",
    operation_id = "deleteApiKey",
    tag = "Account",
    responses(
        (status = 204, description = "It is gone"),
    ),
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(provider): Path<String>,
) -> door::Result<StatusCode> {
    state.accounts.delete_provider_key(user.id, &provider).await?;
    state.gateway.forget_keys(user.id);
    Ok(StatusCode::NO_CONTENT)
}
