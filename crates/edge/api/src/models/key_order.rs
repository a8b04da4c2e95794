use accounts::KeyOrder;
use axum::extract::State;
use door::{Json, Validate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

/// Whose keys the user's calls of models are made with.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelKeyOrder)]
pub(crate) struct KeyOrderBody {
    order: KeyOrder,
}

impl Validate for KeyOrderBody {}

/// Whose keys the user's calls of models are made with.
#[utoipa::path(
    get,
    path = "/llm/key-order",
    operation_id = "getModelKeyOrder",
    tag = "Models",
    responses((status = 200, description = "The user's own first, or the own alone", body = KeyOrderBody)),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<KeyOrderBody>> {
    Ok(Json(KeyOrderBody { order: state.accounts.key_order(user.id).await? }))
}

/// Says whose keys are used: `own_first`, and the server's after them, or `own_only`.
///
/// It counts for agents and prompts of the user's flows as for the user's programs.
#[utoipa::path(
    put,
    path = "/llm/key-order",
    operation_id = "setModelKeyOrder",
    tag = "Models",
    responses((status = 200, description = "What counts from now on", body = KeyOrderBody)),
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Json(body): Json<KeyOrderBody>,
) -> door::Result<Json<KeyOrderBody>> {
    state.accounts.set_key_order(user.id, body.order).await?;
    state.gateway.forget_keys(user.id);
    Ok(Json(body))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::House;

    db::testing::both_databases! {
        async fn the_order_is_kept_for_its_user_and_changed_with_the_scope_admin_alone(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let writer = house.token_for("ann@example.com", "read write run").await;
            let only = json!({"order": "own_only"});
            assert_eq!(house.ask(&writer, "PUT /llm/key-order", only.clone()).await.status, 403);
            assert_eq!(house.ask(&ann, "GET /llm/key-order", Value::Null).await.body, json!({"order": "own_first"}));
            assert_eq!(house.ask(&ann, "PUT /llm/key-order", only.clone()).await.body, only);
            assert_eq!(house.ask(&writer, "GET /llm/key-order", Value::Null).await.body, only);
            assert_eq!(house.ask(&bob, "GET /llm/key-order", Value::Null).await.body, json!({"order": "own_first"}));
            let wrong = house.ask(&ann, "PUT /llm/key-order", json!({"order": "platform"})).await;
            assert_eq!(wrong.code(), (422, "validation_error"), "{wrong:?}");
        }
    }
}
