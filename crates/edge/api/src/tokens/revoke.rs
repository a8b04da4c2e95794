use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::TokenId;

use crate::ApiState;
use crate::signed::Signed;

/// Ends a personal token: at once on this node, within 5 s on others.
pub(crate) async fn revoke(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(token): Path<TokenId>,
) -> door::Result<StatusCode> {
    state.accounts.revoke_token(user.id, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
