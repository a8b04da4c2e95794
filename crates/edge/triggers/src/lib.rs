#![doc = include_str!("../README.md")]

mod schedule;
mod webhook;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use engine::Engine;

pub use schedule::fire_schedules;

/// The routes of outside events.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/webhooks/{token}", post(webhook::fire))
        .route("/webhooks/{token}/test", get(webhook::test))
        // `door` reads bodies within limits of its own.
        .layer(DefaultBodyLimit::disable())
        .with_state(engine)
}
