use axum::extract::State;
use door::Json;
use engine::flow::organism::json_schema;
use serde_json::Value;

use crate::ApiState;

/// The JSON Schema of organism.yaml, for editors.
#[utoipa::path(
    get,
    path = "/schema/organism.json",
    operation_id = "getOrganismSchema",
    tag = "Catalogue",
    responses(
        (status = 200, description = "A JSON Schema of draft 2020-12", body = Object),
    ),
)]
pub(crate) async fn schema(State(state): State<ApiState>) -> Json<Value> {
    Json(json_schema(state.engine.catalogue()))
}
