use accounts::Scope;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use door::Failure;
use kit::Kind;
use llm::{Dialect, Model};
use serde_json::{Value, json};

use super::{caller, failure};
use crate::ApiState;

/// When a model was made is not known here; clients only want a number.
const CREATED_S: u64 = 0;
const CREATED_AT: &str = "1970-01-01T00:00:00Z";

/// The models that are known by name; in Anthropic's words for its clients.
pub(crate) async fn list(State(state): State<ApiState>, headers: HeaderMap) -> Response {
    let dialect = dialect(&headers);
    match caller::sign_in(&state, &headers, Scope::Read).await {
        Ok(_) => Json(listed(dialect, &state.gateway.models())).into_response(),
        Err(refused) => failure::answer(dialect, refused),
    }
}

/// One of them.
pub(crate) async fn get(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let dialect = dialect(&headers);
    let found = caller::sign_in(&state, &headers, Scope::Read).await.and_then(|_| {
        let model = state.gateway.models().into_iter().find(|model| model.id == id);
        let message = format!("no model is known by the name \"{id}\"");
        model.ok_or_else(|| Failure::of_kind(Kind::NotFound, "model_not_found", message))
    });
    match found {
        Ok(model) => Json(shown(dialect, &model)).into_response(),
        Err(refused) => failure::answer(dialect, refused),
    }
}

/// Both vendors use one address; Anthropic's clients say who they are.
fn dialect(headers: &HeaderMap) -> Dialect {
    if headers.contains_key("anthropic-version") { Dialect::Anthropic } else { Dialect::OpenAi }
}

fn listed(dialect: Dialect, models: &[Model]) -> Value {
    let data: Vec<Value> = models.iter().map(|model| shown(dialect, model)).collect();
    match dialect {
        Dialect::OpenAi | Dialect::Responses => json!({ "object": "list", "data": data }),
        Dialect::Anthropic => json!({
            "data": data,
            "has_more": false,
            "first_id": models.first().map(|model| &model.id),
            "last_id": models.last().map(|model| &model.id),
        }),
    }
}

fn shown(dialect: Dialect, model: &Model) -> Value {
    let Model { id, provider, needs_own_key, simulated } = model;
    match dialect {
        Dialect::OpenAi | Dialect::Responses => json!({
            "id": id, "object": "model", "created": CREATED_S, "owned_by": provider,
            "needs_own_key": needs_own_key, "simulated": simulated,
        }),
        Dialect::Anthropic => json!({
            "type": "model", "id": id, "display_name": id, "created_at": CREATED_AT,
        }),
    }
}
