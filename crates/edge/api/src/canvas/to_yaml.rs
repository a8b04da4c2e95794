use axum::extract::State;
use door::{Failure, Json, Validate};
use engine::flow::canvas::{CanvasState, apply_to_yaml};
use engine::flow::organism::Diagnostic;
use kit::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConvertToYamlRequest)]
pub(crate) struct ToYamlRequest {
    /// The text that the canvas was drawn from.
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
    #[serde(alias = "canvas_state")]
    canvas_state: CanvasState,
}

/// The changed text, and what there is to say about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WrittenYaml)]
pub(crate) struct YamlBody {
    organism_yaml: String,
    diagnostics: Vec<Diagnostic>,
}

impl Validate for ToYamlRequest {}

/// Carries what was changed on a canvas into its text; comments, order and everything else stay.
#[utoipa::path(
    post,
    path = "/flows/convert/to-yaml",
    operation_id = "convertToYaml",
    tag = "Flows",
    responses(
        (status = 200, description = "The text", body = YamlBody),
        (status = 422, description = "`invalid_flow`: the canvas cannot be carried into the text; `details.diagnostics` says why"),
    ),
)]
pub(crate) async fn to_yaml(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<ToYamlRequest>,
) -> door::Result<Json<YamlBody>> {
    let text = apply_to_yaml(&request.organism_yaml, &request.canvas_state)
        .map_err(|problems| refused(&problems))?;
    let diagnostics = state.engine.validate(&text);
    Ok(Json(YamlBody { organism_yaml: text, diagnostics }))
}

fn refused(diagnostics: &[Diagnostic]) -> Failure {
    let message = "the canvas cannot be carried into the text: `details` says what is in the way";
    let details = json!({ "diagnostics": diagnostics });
    Failure::of_kind(Kind::Invalid, "invalid_flow", message).with_details(details)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, YAML};

    db::testing::both_databases! {
        async fn an_unchanged_canvas_gives_the_text_back_and_a_changed_one_keeps_comments(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let drawn = house.ask(&ann, "POST /flows/convert/to-canvas", json!({"organismYaml": YAML})).await;
            let mut canvas = drawn.body["canvasState"].clone();
            let back = async |canvas: &Value| {
                let body = json!({"organism_yaml": YAML, "canvas_state": canvas});
                house.ask(&ann, "POST /flows/convert/to-yaml", body).await
            };
            let same = back(&canvas).await;
            assert_eq!((same.status, &same.body["organismYaml"]), (200, &json!(YAML)));
            canvas["nodes"][1]["data"]["name"] = json!("parrot");
            let renamed = back(&canvas).await;
            let text = renamed.body["organismYaml"].as_str().unwrap();
            assert!(text.contains("name: parrot            # says what it hears"), "{text}");
            assert_eq!(renamed.body["diagnostics"], json!([]));
        }

        async fn a_canvas_that_contradicts_itself_is_refused_with_diagnostics(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let canvas = json!({"nodes": [], "edges": [], "viewport": {"x": 0, "y": 0, "zoom": 1}});
            for text in [YAML, "a: ["] {
                let body = json!({"organismYaml": text, "canvasState": canvas});
                let refused = house.ask(&ann, "POST /flows/convert/to-yaml", body).await;
                assert_eq!(refused.code(), (422, "invalid_flow"), "{refused:?}");
                assert!(refused.body["details"]["diagnostics"][0]["message"].is_string(), "{refused:?}");
            }
            let body = json!({"organismYaml": YAML, "canvasState": {"nodes": [{"id": 7}]}});
            let refused = house.ask(&ann, "POST /flows/convert/to-yaml", body).await;
            assert_eq!(refused.code(), (422, "validation_error"), "{refused:?}");
            assert!(refused.body["details"]["canvasState.nodes[0].id"].is_string(), "{refused:?}");
        }
    }
}
