use accounts::{Place, VariableInfo};
use axum::extract::State;
use door::{Json, Path, Validate};
use kit::ids::FlowId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::signed::Signed;
use crate::{ApiState, place};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutVariableRequest {
    value: Value,
}

impl Validate for PutVariableRequest {}

/// Writes a variable of the user: any JSON.
#[utoipa::path(
    put,
    path = "/variables/{name}",
    operation_id = "putVariable",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The variable", body = VariableInfo),
        (status = 409, description = "`limit_reached`: as many variables as there may be"),
    ),
)]
pub(crate) async fn put(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(name): Path<String>,
    Json(request): Json<PutVariableRequest>,
) -> door::Result<Json<VariableInfo>> {
    Ok(Json(state.accounts.put_variable(user.id, Place::Owner, &name, &request.value).await?))
}

/// Writes a variable of a flow, which hides the user's of the same name.
#[utoipa::path(
    put,
    path = "/flows/{flowId}/variables/{name}",
    operation_id = "putFlowVariable",
    tag = "Secrets and variables",
    responses(
        (status = 200, description = "The variable", body = VariableInfo),
        (status = 409, description = "`limit_reached`: as many variables as there may be"),
    ),
)]
pub(crate) async fn put_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, name)): Path<(FlowId, String)>,
    Json(request): Json<PutVariableRequest>,
) -> door::Result<Json<VariableInfo>> {
    let place = place::of_flow(&state, &user, flow).await?;
    Ok(Json(state.accounts.put_variable(user.id, place, &name, &request.value).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::House;

    db::testing::both_databases! {
        async fn a_variable_of_any_type_is_read_back(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let flow = house.flow(&ann, "mine").await;
            for base in ["/variables".to_owned(), format!("/flows/{flow}/variables")] {
                let name = format!("{base}/rate");
                for value in [json!(null), json!(0.19), json!("text"), json!({"de": [1, 2]})] {
                    let put = house.ask(&ann, &format!("PUT {name}"), json!({"value": value})).await;
                    assert_eq!((put.status, &put.body["value"]), (200, &value), "{put:?}");
                    let got = house.ask(&ann, &format!("GET {name}"), Value::Null).await;
                    assert_eq!((got.status, &got.body), (200, &put.body));
                    let listed = house.ask(&ann, &format!("GET {base}"), Value::Null).await;
                    assert_eq!(listed.body, json!([put.body]));
                }
                assert_eq!(house.ask(&ann, &format!("DELETE {name}"), Value::Null).await.status, 204);
                assert_eq!(house.ask(&ann, &format!("GET {name}"), Value::Null).await.code(), (404, "not_found"));
            }
        }

        async fn another_persons_flow_has_no_variables_for_me(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let flow = house.flow(&ann, "mine").await;
            let name = format!("/flows/{flow}/variables/a");
            house.ask(&ann, &format!("PUT {name}"), json!({"value": 1})).await;
            for (what, body) in [
                (format!("GET /flows/{flow}/variables"), Value::Null),
                (format!("GET {name}"), Value::Null),
                (format!("PUT {name}"), json!({"value": 2})),
                (format!("DELETE {name}"), Value::Null),
            ] {
                assert_eq!(house.ask(&bob, &what, body).await.code(), (404, "not_found"), "{what}");
            }
            assert_eq!(house.ask(&ann, &format!("GET {name}"), Value::Null).await.body["value"], 1);
        }

        async fn what_cannot_be_kept_is_refused(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            for (name, body, field) in [
                ("a-b", json!({"value": 1}), "name"),
                ("a", json!({}), "value"),
                ("a", json!({"value": "x".repeat(65_536)}), "value"),
                ("a", json!({"value": 1, "type": "x"}), "type"),
            ] {
                let refused = house.ask(&ann, &format!("PUT /variables/{name}"), body).await;
                assert_eq!(refused.code(), (422, "validation_error"), "{refused:?}");
                assert!(refused.body["details"].get(field).is_some(), "{field}: {refused:?}");
            }
        }
    }
}
