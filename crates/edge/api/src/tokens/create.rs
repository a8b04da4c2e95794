use accounts::{Scopes, TokenInfo, TokenRequest};
use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Validate};
use kit::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ApiState;
use crate::signed::SignedBy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateTokenRequest {
    name: String,
    scopes: Scopes,
    #[serde(alias = "expires_at")]
    expires_at: Option<Timestamp>,
}

/// A token as the list shows it, and, this once, the token itself.
#[derive(Serialize)]
pub(crate) struct NewTokenBody {
    token: String,
    #[serde(flatten)]
    info: TokenInfo,
}

impl Validate for CreateTokenRequest {}

/// Makes a personal token, which may do no more than whoever makes it; this answer is the only one that holds it.
pub(crate) async fn create(
    State(state): State<ApiState>,
    SignedBy(session): SignedBy,
    Json(request): Json<CreateTokenRequest>,
) -> door::Result<(StatusCode, Json<NewTokenBody>)> {
    session.require_all(&request.scopes)?;
    let CreateTokenRequest { name, scopes, expires_at } = request;
    let new = state.accounts.create_token(session.user.id, TokenRequest { name, scopes, expires_at }).await?;
    let body = NewTokenBody { token: new.secret.expose().clone(), info: new.info };
    Ok((StatusCode::CREATED, Json(body)))
}
