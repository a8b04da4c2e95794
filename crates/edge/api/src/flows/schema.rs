use axum::extract::State;
use door::Json;
use engine::flow::organism::json_schema;
use serde_json::Value;

use crate::ApiState;

/// The JSON Schema of organism.yaml, for editors.
pub(crate) async fn schema(State(state): State<ApiState>) -> Json<Value> {
    Json(json_schema(state.engine.catalogue()))
}
