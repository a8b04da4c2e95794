use accounts::{Scopes, TokenInfo, TokenRequest};
use axum::extract::State;
use axum::http::StatusCode;
use door::{Json, Validate};
use kit::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::SignedBy;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateTokenRequest {
    #[schema(min_length = 1, max_length = 100, example = "ci")]
    name: String,
    scopes: Scopes,
    /// When it stops working; never when absent.
    #[serde(alias = "expires_at")]
    expires_at: Option<Timestamp>,
}

/// A token as the list shows it, and, this once, the token itself.
#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
pub(crate) struct NewTokenBody {
    /// Send it as `Authorization: Bearer`.
    #[schema(example = "blx_…")]
    token: String,
    #[serde(flatten)]
    info: TokenInfo,
}

impl Validate for CreateTokenRequest {}

/// Makes a personal token, which may do no more than whoever makes it; this answer is the only one that holds it.
#[utoipa::path(
    post,
    path = "/tokens",
    operation_id = "createToken",
    tag = "Account",
    responses(
        (status = 201, description = "The token, shown this once", body = NewTokenBody),
        (status = 403, description = "`forbidden`: it would be allowed more than you are"),
        (status = 409, description = "`limit_reached`: as many tokens as a user may have"),
    ),
)]
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, START, session_token};

    db::testing::both_databases! {
        async fn a_token_is_shown_once_and_lets_its_owner_in(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let request = json!({"name": "ci", "scopes": ["read"], "expiresAt": "2023-11-15T00:00:00Z"});
            let made = house.ask(&ann, "POST /tokens", request).await;
            assert_eq!(made.status, 201, "{made:?}");
            let token = made.body["token"].as_str().unwrap();
            assert!(token.starts_with("blx_") && token.starts_with(made.body["prefix"].as_str().unwrap()));
            assert_eq!((&made.body["name"], &made.body["scopes"]), (&json!("ci"), &json!(["read"])));
            assert_eq!(house.ask(token, "GET /me", Value::Null).await.body["email"], "ann@example.com");
            assert_eq!(house.ask(token, "POST /flows", json!({"name": "x"})).await.code(), (403, "forbidden"));
            let listed = house.ask(token, "GET /tokens", Value::Null).await;
            assert_eq!(listed.body.as_array().unwrap().len(), 2);
            assert!(!listed.body.to_string().contains(token), "{listed:?}");
            house.state.clock.advance_ms(86_400_000);
            assert_eq!(house.ask(token, "GET /me", Value::Null).await.status, 401);
        }

        async fn a_token_makes_none_that_may_do_more(db: Db) {
            let house = House::on(db).await;
            let admin = house.token_for("ann@example.com", "admin read").await;
            for (scopes, status) in [(json!(["read"]), 201), (json!(["admin", "read"]), 201), (json!(["write"]), 403), (json!(["*"]), 403)] {
                let made = house.ask(&admin, "POST /tokens", json!({"name": "x", "scopes": scopes})).await;
                assert_eq!(made.status, status, "{scopes} {made:?}");
            }
            let writer = house.token_for("ann@example.com", "read write run").await;
            let made = house.ask(&writer, "POST /tokens", json!({"name": "x", "scopes": ["read"]})).await;
            assert_eq!(made.code(), (403, "forbidden"));
        }

        async fn what_makes_no_sense_is_refused(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            for (body, field) in [
                (json!({"name": "", "scopes": ["read"]}), "name"),
                (json!({"name": "x", "scopes": []}), "scopes"),
                (json!({"name": "x", "scopes": ["root"]}), "scopes"),
                (json!({"name": "x"}), "scopes"),
                (json!({"name": "x", "scopes": ["read"], "expiresAt": "tomorrow"}), "expiresAt"),
                (json!({"name": "x", "scopes": ["read"], "expires_at": START}), "expiresAt"),
            ] {
                let refused = house.ask(&ann, "POST /tokens", body).await;
                assert_eq!(refused.code(), (422, "validation_error"), "{refused:?}");
                assert!(refused.body["details"].get(field).is_some(), "{field}: {refused:?}");
            }
        }

        async fn an_operator_who_acts_as_the_user_makes_no_tokens(db: Db) {
            let house = House::on(db).await;
            let request = json!({"name": "x", "scopes": ["read"]});
            let operator = session_token(&json!({"act": {"sub": "user_operator"}}));
            assert_eq!(house.ask(&operator, "GET /me", Value::Null).await.status, 200);
            let refused = house.ask(&operator, "POST /tokens", request.clone()).await;
            assert_eq!(refused.code(), (403, "forbidden"));
            let key = json!({"provider": "openai", "apiKey": "sk-0123456789"});
            assert_eq!(house.ask(&operator, "POST /api-keys", key).await.code(), (403, "forbidden"));
            let user = session_token(&json!({}));
            assert_eq!(house.ask(&user, "POST /tokens", request).await.status, 201);
        }
    }
}
