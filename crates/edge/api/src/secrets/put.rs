use accounts::{Place, SecretInfo};
use axum::extract::State;
use door::{Json, Path, Validate};
use kit::Secret;
use kit::ids::FlowId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::signed::Signed;
use crate::{ApiState, place};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSecretRequest {
    #[schema(value_type = String, format = Password, write_only)]
    value: Secret,
    /// The hosts it may be sent to; any when empty.
    #[serde(default)]
    #[schema(example = json!(["api.example.com"]))]
    hosts: Vec<String>,
}

impl Validate for PutSecretRequest {}

/// Writes a secret of the user: its value, and the hosts that it may be sent to (any when there are none).
#[utoipa::path(
    put,
    path = "/secrets/{name}",
    operation_id = "putSecret",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The secret without its value", body = SecretInfo),
        (status = 409, description = "`limit_reached`: as many secrets as there may be"),
    ),
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
    Json(request): Json<PutSecretRequest>,
) -> door::Result<Json<SecretInfo>> {
    let secret = (&request.value, request.hosts.as_slice());
    Ok(Json(state.accounts.put_secret(user.id, Place::Owner, &name, secret).await?))
}

/// Writes a secret of a flow, which hides the user's of the same name.
#[utoipa::path(
    put,
    path = "/flows/{flowId}/secrets/{name}",
    operation_id = "putFlowSecret",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The secret without its value", body = SecretInfo),
        (status = 409, description = "`limit_reached`: as many secrets as there may be"),
    ),
)]
pub(crate) async fn put_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
    Json(request): Json<PutSecretRequest>,
) -> door::Result<Json<SecretInfo>> {
    let place = place::of_flow(&state, &user, flow).await?;
    let secret = (&request.value, request.hosts.as_slice());
    Ok(Json(state.accounts.put_secret(user.id, place, &name, secret).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::House;

    db::testing::both_databases! {
        async fn a_secret_is_written_and_never_read_back(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let flow = house.flow(&ann, "mine").await;
            for base in ["/secrets".to_owned(), format!("/flows/{flow}/secrets")] {
                let name = format!("{base}/STRIPE_KEY");
                let body = json!({"value": "sk_canary_0123456789", "hosts": ["API.stripe.com"]});
                let put = house.ask(&ann, &format!("PUT {name}"), body).await;
                assert_eq!(put.status, 200, "{put:?}");
                assert_eq!((&put.body["name"], &put.body["hosts"]), (&json!("STRIPE_KEY"), &json!(["api.stripe.com"])));
                let got = house.ask(&ann, &format!("GET {name}"), Value::Null).await;
                assert_eq!((got.status, &got.body), (200, &put.body));
                let listed = house.ask(&ann, &format!("GET {base}"), Value::Null).await;
                assert_eq!(listed.body, json!([put.body]));
                assert!(!listed.body.to_string().contains("canary"), "{listed:?}");
                assert_eq!(house.ask(&ann, &format!("DELETE {name}"), Value::Null).await.status, 204);
                for what in [format!("DELETE {name}"), format!("GET {name}")] {
                    assert_eq!(house.ask(&ann, &what, Value::Null).await.code(), (404, "not_found"));
                }
            }
        }

        async fn another_persons_flow_has_no_secrets_for_me(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let flow = house.flow(&ann, "mine").await;
            let name = format!("/flows/{flow}/secrets/KEY");
            house.ask(&ann, &format!("PUT {name}"), json!({"value": "value"})).await;
            for (what, body) in [
                (format!("GET /flows/{flow}/secrets"), Value::Null),
                (format!("GET {name}"), Value::Null),
                (format!("PUT {name}"), json!({"value": "mine"})),
                (format!("DELETE {name}"), Value::Null),
            ] {
                assert_eq!(house.ask(&bob, &what, body).await.code(), (404, "not_found"), "{what}");
            }
            assert_eq!(house.ask(&ann, &format!("GET {name}"), Value::Null).await.status, 200);
        }

        async fn what_cannot_be_kept_is_refused(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            for (name, body, field) in [
                ("lower", json!({"value": "x"}), "name"),
                ("A", json!({"value": ""}), "value"),
                ("A", json!({"value": "x".repeat(65_537)}), "value"),
                ("A", json!({"value": 7}), "value"),
                ("A", json!({}), "value"),
                ("A", json!({"value": "x", "hosts": ["https://a.com"]}), "hosts"),
                ("A", json!({"value": "x", "host": "a.com"}), "host"),
            ] {
                let refused = house.ask(&ann, &format!("PUT /secrets/{name}"), body).await;
                assert_eq!(refused.code(), (422, "validation_error"), "{refused:?}");
                assert!(refused.body["details"].get(field).is_some(), "{field}: {refused:?}");
            }
            let nul = house.ask(&ann, "PUT /secrets/A", json!({"value": "a\u{0}"})).await;
            assert_eq!(nul.code(), (400, "bad_request"));
        }

        async fn a_deleted_flow_takes_its_secrets_and_variables_along(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let flow = house.flow(&ann, "mine").await;
            house.ask(&ann, &format!("PUT /flows/{flow}/secrets/A"), json!({"value": "x"})).await;
            house.ask(&ann, &format!("PUT /flows/{flow}/variables/a"), json!({"value": 1})).await;
            assert_eq!(house.ask(&ann, &format!("DELETE /flows/{flow}"), Value::Null).await.status, 204);
            let owner = house.ask(&ann, "GET /me", Value::Null).await.body["id"].as_str().unwrap().parse().unwrap();
            let place = accounts::Place::Flow(flow.parse().unwrap());
            assert!(house.state.accounts.list_secrets(owner, place).await.unwrap().is_empty());
            assert!(house.state.accounts.list_variables(owner, place).await.unwrap().is_empty());
        }
    }
}
