use axum::extract::State;
use door::{Json, Path, Validate};
use engine::flow::fit::EdgeFit;
use kit::ids::FlowId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = FitRequest)]
pub(crate) struct FitRequest {
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = FlowFitRequest)]
pub(crate) struct FlowFitRequest {
    /// A text that is not saved yet; the saved one when absent.
    #[serde(alias = "organism_yaml")]
    organism_yaml: Option<String>,
}

/// How the listeners of a text fit each other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FlowFit)]
pub(crate) struct FitBody {
    /// One entry a line of the canvas, in the order of the text; none of a text that is no YAML.
    edges: Vec<EdgeFit>,
}

impl Validate for FitRequest {}
impl Validate for FlowFitRequest {}

/// How well what each listener of a text hands over fits what the next one wants, and what can be done about it.
///
/// What a listener hands over is known from its `output`, from the fields of a `set`, or from its handler; what it wants, from
/// its `input`, else from the `input.…` that its expressions name.
#[utoipa::path(
    post,
    path = "/flows/fit",
    operation_id = "fitText",
    tag = "Flows",
    responses(
        (status = 200, description = "What there is to say about each line", body = FitBody),
    ),
)]
pub(crate) async fn fit(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<FitRequest>,
) -> Json<FitBody> {
    Json(FitBody { edges: state.engine.fit(&request.organism_yaml) })
}

/// The same of a flow: what its last execution showed says what neither its text nor its handlers do.
#[utoipa::path(
    post,
    path = "/flows/{flowId}/fit",
    operation_id = "fitFlow",
    tag = "Flows",
    request_body = Option<FlowFitRequest>,
    responses(
        (status = 200, description = "What there is to say about each line", body = FitBody),
    ),
)]
pub(crate) async fn fit_of_flow(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    request: Option<Json<FlowFitRequest>>,
) -> door::Result<Json<FitBody>> {
    let text = request.and_then(|Json(request)| request.organism_yaml);
    Ok(Json(FitBody { edges: state.engine.fit_of_flow(user.id, flow, text.as_deref()).await? }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::House;

    const TEXT: &str = "\
organism: {name: orders}
listeners:
- {name: shape, description: d, handler: set, config: {payload: {order: '{{ input.order }}'}}, next: look}
- {name: look, description: d, handler: output, input: {required: [id], properties: {id: {type: integer}}}}
";

    fn edge<'b>(body: &'b Value, target: &str) -> &'b Value {
        body["edges"].as_array().unwrap().iter().find(|edge| edge["target"] == target).unwrap()
    }

    db::testing::both_databases! {
        async fn a_text_is_judged_by_itself_and_a_flow_by_its_last_run_too(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let alone = house.ask(&ann, "POST /flows/fit", json!({"organismYaml": TEXT})).await.body;
            assert_eq!((&edge(&alone, "shape")["level"], &edge(&alone, "look")["level"]), (&Value::Null, &json!("low")));
            assert_eq!(edge(&alone, "look")["fields"][0]["match"], "missing");

            let flow = house.ask(&ann, "POST /flows", json!({"name": "orders", "organismYaml": TEXT})).await.body;
            let path = format!("/flows/{}", flow["id"].as_str().unwrap());
            let run = json!({"inputPayload": {"order": {"id": 7}}});
            house.ask(&ann, &format!("POST {path}/start"), Value::Null).await;
            assert_eq!(house.ask(&ann, &format!("POST {path}/executions/run"), run).await.status, 201);
            // The second time it is remembered.
            for _ in 0..2 {
                let shown = house.ask(&ann, &format!("POST {path}/fit"), Value::Null).await.body;
                assert_eq!(edge(&shown, "shape")["level"], "high");
                let look = &edge(&shown, "look")["fields"][0];
                assert_eq!((&look["match"], &look["suggestion"]), (&json!("alike"), &json!("{{ input.order.id }}")));
            }
            let unsaved = json!({"organismYaml": TEXT.replace("{order: '{{ input.order }}'}", "{id: '{{ input.order.id }}'}")});
            let shown = house.ask(&ann, &format!("POST {path}/fit"), unsaved).await.body;
            assert_eq!(edge(&shown, "look")["level"], "high");
        }

        async fn a_strangers_flow_is_not_there(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let flow = house.flow(&ann, "mine").await;
            assert_eq!(house.ask(&bob, &format!("POST /flows/{flow}/fit"), Value::Null).await.status, 404);
        }
    }
}
