use axum::extract::State;
use axum::http::HeaderMap;
use door::{Json, Path};
use kit::ids::FlowId;

use crate::ApiState;
use crate::flows::{FlowBody, answer};
use crate::revision::IfMatch;
use crate::signed::Signed;

/// Makes a saved text the flow's text again, as a new version; the flow must not run.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/versions/{number}/restore",
    operation_id = "restoreFlowVersion",
    tag = "Flows",
    params(IfMatch),
    responses(
        (status = 200, description = "The flow with the earlier text", body = FlowBody, headers(("ETag" = String, description = "The revision, for `If-Match`"))),
        (status = 409, description = "`wrong_state`: the flow runs; stop it first"),
    ),
)]
pub(crate) async fn restore(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path((flow, number)): Path<(FlowId, i64)>,
    IfMatch(revision): IfMatch,
) -> door::Result<(HeaderMap, Json<FlowBody>)> {
    Ok(answer(state.engine.restore_version(user.id, flow, number, revision).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, YAML};

    db::testing::both_databases! {
        async fn a_text_that_was_replaced_can_be_compared_and_had_again(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let made = house.ask(&ann, "POST /flows", json!({"name": "f", "organismYaml": YAML})).await;
            let flow = made.body["id"].as_str().unwrap().to_owned();
            let second = YAML.replace("Says what it hears", "Repeats");
            let change = json!({"organismYaml": second});
            assert_eq!(house.ask(&ann, &format!("PATCH /flows/{flow}"), change).await.status, 200);

            let versions = house.ask(&ann, &format!("GET /flows/{flow}/versions"), Value::Null).await;
            assert_eq!((&versions.body["total"], &versions.body["items"][0]["number"]), (&json!(2), &json!(2)));
            let diff = house.ask(&ann, &format!("GET /flows/{flow}/versions/1/diff"), Value::Null).await;
            let text = diff.body["diff"].as_str().unwrap();
            assert!(text.contains("-    description: Says what it hears\n+    description: Repeats\n"), "{text}");
            let same = house.ask(&ann, &format!("GET /flows/{flow}/versions/2/diff?to=2"), Value::Null).await;
            assert_eq!(same.body, json!({"diff": ""}));

            let restore = format!("POST /flows/{flow}/versions/1/restore");
            assert_eq!(house.ask(&ann, &restore, Value::Null).await.body["organismYaml"], YAML);
            assert_eq!(house.ask(&ann, &format!("GET /flows/{flow}/versions/3"), Value::Null).await.status, 200);
            assert_eq!(house.ask(&ann, &format!("GET /flows/{flow}/versions/4"), Value::Null).await.status, 404);
            let bob = house.token("bob@example.com").await;
            for path in ["versions", "versions/1", "versions/1/diff"] {
                assert_eq!(house.ask(&bob, &format!("GET /flows/{flow}/{path}"), Value::Null).await.status, 404);
            }
        }
    }
}
