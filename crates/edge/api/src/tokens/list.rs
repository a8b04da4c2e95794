use accounts::TokenInfo;
use axum::extract::State;
use door::Json;

use crate::ApiState;
use crate::signed::Signed;

/// The user's personal tokens without the tokens themselves, the newest first.
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<Vec<TokenInfo>>> {
    Ok(Json(state.accounts.list_tokens(user.id).await?))
}
