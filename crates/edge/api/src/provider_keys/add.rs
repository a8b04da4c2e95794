use accounts::{ProviderKeyInfo, Tier};
use axum::extract::State;
use axum::http::StatusCode;
use door::{Failure, Json, Validate};
use kit::{Kind, Secret};
use llm::KeyCheck;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddApiKeyRequest {
    #[schema(example = "openai")]
    provider: String,
    #[serde(alias = "api_key")]
    #[schema(value_type = String, format = Password, write_only, min_length = 10)]
    api_key: Secret,
}

impl Validate for AddApiKeyRequest {}

/// Keeps a key for a provider, in the place of an earlier one; it is shown by its last characters only.
///
/// The provider is asked first: a key that it does not know is not kept. One that cannot be checked just now is. Nor is
/// one kept that would not be used, as on tier free.
#[utoipa::path(
    post,
    path = "/api-keys",
    operation_id = "addApiKey",
    tag = "Account",
    responses(
        (status = 201, description = "The key without the key", body = ProviderKeyInfo),
        (status = 403, description = "`tier_too_low`: calls on the user's tier are not made with own keys"),
    ),
)]
pub(crate) async fn add(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Json(request): Json<AddApiKeyRequest>,
) -> door::Result<(StatusCode, Json<ProviderKeyInfo>)> {
    if !state.gateway.may_bring_keys(user.tier.as_str()) {
        return Err(tier_too_low(user.tier));
    }
    if let Some(vendor) = llm::anothers_key(&request.provider, &request.api_key) {
        let problem = format!("is a key of {vendor} by its form, not of {}", request.provider);
        return Err(Failure::invalid(json!({ "apiKey": problem })));
    }
    if state.gateway.check_key(&request.provider, &request.api_key).await == KeyCheck::Refused {
        let problem = format!("is refused by {}: check that it is whole and still valid", request.provider);
        return Err(Failure::invalid(json!({ "apiKey": problem })));
    }
    let key = state.accounts.add_provider_key(user.id, &request.provider, &request.api_key).await?;
    state.gateway.forget_keys(user.id);
    Ok((StatusCode::CREATED, Json(key)))
}

fn tier_too_low(tier: Tier) -> Failure {
    let message = format!(
        "own keys are used from tier pro on, and yours is {tier}: your operator raises it with `bloxserver user set-tier`"
    );
    Failure::of_kind(Kind::Forbidden, "tier_too_low", message)
}

#[cfg(test)]
mod tests {
    use accounts::Tier;
    use serde_json::{Value, json};

    use crate::testing::House;

    db::testing::both_databases! {
        async fn a_key_is_kept_listed_by_its_end_replaced_and_removed(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let add = async |body: Value| house.ask(&ann, "POST /api-keys", body).await;
            let added = add(json!({"provider": "openai", "apiKey": "sk-canary-0123456789-first"})).await;
            assert_eq!(added.status, 201);
            assert_eq!(added.body["keyHint"], "...-first");
            assert_eq!((&added.body["isValid"], &added.body["lastUsedAt"]), (&json!(true), &Value::Null));
            add(json!({"provider": "openai", "api_key": "sk-canary-0123456789-other"})).await;
            let listed = house.ask(&ann, "GET /api-keys", Value::Null).await;
            assert_eq!(listed.body.as_array().unwrap().len(), 1);
            assert_eq!(listed.body[0]["keyHint"], "...-other");
            assert!(!listed.body.to_string().contains("canary"), "{listed:?}");
            assert_eq!(house.ask(&bob, "GET /api-keys", Value::Null).await.body, json!([]));
            assert_eq!(house.ask(&bob, "DELETE /api-keys/openai", Value::Null).await.status, 404);
            assert_eq!(house.ask(&ann, "DELETE /api-keys/openai", Value::Null).await.status, 204);
            assert_eq!(house.ask(&ann, "DELETE /api-keys/openai", Value::Null).await.status, 404);
        }

        async fn what_cannot_be_a_key_is_refused_without_repeating_it(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            for (body, field) in [
                (json!({"provider": "openai", "apiKey": "short"}), "apiKey"),
                (json!({"provider": "openai", "apiKey": "canary with spaces in it"}), "apiKey"),
                (json!({"provider": "nobody", "apiKey": "sk-canary-0123456789"}), "provider"),
                (json!({"provider": "openai", "apiKey": "sk-ant-canary-0123456789"}), "apiKey"),
                (json!({"provider": "anthropic", "apiKey": "xai-canary-0123456789"}), "apiKey"),
                (json!({"provider": "openai"}), "apiKey"),
                (json!({"provider": "openai", "apiKey": "sk-0123456789", "colour": 1}), "colour"),
            ] {
                let refused = house.ask(&ann, "POST /api-keys", body).await;
                assert_eq!(refused.code(), (422, "validation_error"), "{refused:?}");
                assert!(refused.body["details"].get(field).is_some(), "{refused:?}");
                assert!(!refused.body.to_string().contains("canary"), "{refused:?}");
            }
        }

        async fn a_key_that_would_not_be_used_is_not_kept(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            house.state.accounts.set_tier("ann@example.com", Tier::Free).await.unwrap();
            let body = json!({"provider": "openai", "apiKey": "sk-0123456789"});
            let refused = house.ask(&ann, "POST /api-keys", body.clone()).await;
            assert_eq!(refused.code(), (403, "tier_too_low"), "{refused:?}");
            assert!(refused.body["message"].as_str().unwrap().contains("tier pro"), "{refused:?}");
            assert_eq!(house.ask(&ann, "GET /api-keys", Value::Null).await.body, json!([]));
        }

        async fn keys_are_changed_with_the_scope_admin_alone(db: Db) {
            let house = House::on(db).await;
            let body = json!({"provider": "openai", "apiKey": "sk-0123456789"});
            for (scopes, status) in [("read write run", 403), ("admin", 201)] {
                let token = house.token_for("ann@example.com", scopes).await;
                assert_eq!(house.ask(&token, "POST /api-keys", body.clone()).await.status, status, "{scopes}");
            }
        }
    }
}
