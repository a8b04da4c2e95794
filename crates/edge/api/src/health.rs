use axum::extract::State;
use door::{Failure, Json};
use engine::Readiness;
use kit::Kind;
use serde_json::{Value, json};

use crate::ApiState;

/// That the process answers.
pub(crate) async fn health(State(state): State<ApiState>) -> Json<Value> {
    Json(json!({ "status": "healthy", "timestamp": state.clock.now(), "service": "bloxserver-api" }))
}

/// That the process is alive.
pub(crate) async fn live(State(state): State<ApiState>) -> Json<Value> {
    Json(json!({ "status": "alive", "timestamp": state.clock.now() }))
}

/// Whether it takes work; 503 while it does not.
pub(crate) async fn ready(State(state): State<ApiState>) -> door::Result<Json<Value>> {
    let why = match state.engine.readiness().await {
        Readiness::Ready => {
            let checks = json!({ "database": "ok" });
            return Ok(Json(json!({ "status": "ready", "timestamp": state.clock.now(), "checks": checks })));
        }
        Readiness::Starting => "the server is starting",
        Readiness::Draining => "the server is closing",
        Readiness::DatabaseAway => "the database does not answer",
    };
    Err(Failure::of_kind(Kind::Unavailable, "not_ready", why))
}
