use axum::extract::State;
use door::{Json, Validate};
use engine::flow::canvas::{CanvasState, from_yaml};
use engine::flow::organism::Diagnostic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConvertToCanvasRequest)]
pub(crate) struct ToCanvasRequest {
    #[serde(alias = "organism_yaml")]
    organism_yaml: String,
    /// What is on the canvas now: it keeps its positions.
    #[serde(alias = "canvas_state")]
    canvas_state: Option<CanvasState>,
}

/// A text as it is drawn, and what there is to say about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DrawnCanvas)]
pub(crate) struct CanvasBody {
    canvas_state: CanvasState,
    diagnostics: Vec<Diagnostic>,
}

impl Validate for ToCanvasRequest {}

/// Draws a text, with a layout for what has no position yet; a text that is no YAML leaves the canvas as it was.
#[utoipa::path(
    post,
    path = "/flows/convert/to-canvas",
    operation_id = "convertToCanvas",
    tag = "Flows",
    responses(
        (status = 200, description = "The canvas", body = CanvasBody),
    ),
)]
pub(crate) async fn to_canvas(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<ToCanvasRequest>,
) -> Json<CanvasBody> {
    let canvas_state = from_yaml(&request.organism_yaml, request.canvas_state.as_ref());
    Json(CanvasBody { canvas_state, diagnostics: state.engine.validate(&request.organism_yaml) })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{House, YAML};

    db::testing::both_databases! {
        async fn a_text_is_drawn_and_what_stands_keeps_its_place(db: Db) {
            let house = House::on(db).await;
            let ann = house.token_for("ann@example.com", "read").await;
            let draw = async |body: Value| house.ask(&ann, "POST /flows/convert/to-canvas", body).await;
            let mut drawn = draw(json!({"organismYaml": YAML})).await;
            assert_eq!((drawn.status, &drawn.body["diagnostics"]), (200, &json!([])), "{drawn:?}");
            let ids: Vec<&Value> =
                drawn.body["canvasState"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
            assert_eq!(ids, ["trigger", "echo"]);
            let mut canvas = drawn.body["canvasState"].take();
            canvas["nodes"][1]["position"] = json!({"x": 777.0, "y": -5.0});
            canvas["nodes"][1]["selected"] = json!(true);
            let again = draw(json!({"organismYaml": YAML, "canvasState": canvas})).await;
            assert_eq!(again.body["canvasState"]["nodes"][1]["position"], json!({"x": 777.0, "y": -5.0}));
        }

        async fn a_text_that_is_no_yaml_leaves_the_canvas_and_says_why(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let canvas = json!({"nodes": [{"id": "a", "type": "custom", "position": {"x": 1.0, "y": 2.0}, "data": {}}],
                "edges": [], "viewport": {"x": 0.0, "y": 0.0, "zoom": 1.0}});
            let body = json!({"organismYaml": "a: [", "canvasState": canvas});
            let drawn = house.ask(&ann, "POST /flows/convert/to-canvas", body).await;
            assert_eq!((drawn.status, &drawn.body["canvasState"]), (200, &canvas), "{drawn:?}");
            assert_eq!(drawn.body["diagnostics"][0]["severity"], "error");
        }
    }
}
