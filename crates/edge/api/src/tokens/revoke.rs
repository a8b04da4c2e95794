use axum::extract::State;
use axum::http::StatusCode;
use door::Path;
use kit::ids::TokenId;

use crate::ApiState;
use crate::signed::Signed;

/// Ends a personal token: at once on this node, within 5 s on others.
#[utoipa::path(
    delete,
    path = "/tokens/{tokenId}",
    operation_id = "revokeToken",
    tag = "Account",
    responses(
        (status = 204, description = "It works no longer"),
    ),
)]
pub(crate) async fn revoke(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(token): Path<TokenId>,
) -> door::Result<StatusCode> {
    state.accounts.revoke_token(user.id, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::House;

    db::testing::both_databases! {
        async fn a_revoked_token_is_dead_at_once_and_only_its_owner_revokes_it(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let made = house.ask(&ann, "POST /tokens", json!({"name": "x", "scopes": ["*"]})).await;
            let (token, id) = (made.body["token"].as_str().unwrap(), made.body["id"].as_str().unwrap());
            let revoke = format!("DELETE /tokens/{id}");
            assert_eq!(house.ask(&bob, &revoke, Value::Null).await.status, 404);
            assert_eq!(house.ask(token, "GET /me", Value::Null).await.status, 200);
            assert_eq!(house.ask(&ann, &revoke, Value::Null).await.status, 204);
            let refused = house.ask(token, "GET /me", Value::Null).await;
            assert_eq!(refused.code(), (401, "unauthenticated"));
            assert_eq!(refused.headers["www-authenticate"], "Bearer");
            assert_eq!(house.ask(&ann, &revoke, Value::Null).await.status, 404);
        }
    }
}
