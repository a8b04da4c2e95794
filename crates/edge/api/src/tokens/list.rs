use accounts::TokenInfo;
use axum::extract::State;
use door::Json;

use crate::ApiState;
use crate::signed::Signed;

/// The user's personal tokens without the tokens themselves, the newest first.
#[utoipa::path(
    get,
    path = "/tokens",
    operation_id = "listTokens",
    tag = "Account",
    responses(
        (status = 200, description = "The tokens without the tokens", body = Vec<TokenInfo>),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<Vec<TokenInfo>>> {
    Ok(Json(state.accounts.list_tokens(user.id).await?))
}
