#![doc = include_str!("../README.md")]

mod proxies;
mod schedule;
mod webhook;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use engine::Engine;
use kit::Clock;

pub use proxies::Proxies;
pub use schedule::fire_schedules;

/// What webhooks work on.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
    pub(crate) proxies: Proxies,
    pub(crate) rates: webhook::Rates,
}

/// The routes of outside events.
pub fn router(engine: Engine, clock: Clock, proxies: Proxies) -> Router {
    let state = State { engine, clock, proxies, rates: webhook::Rates::default() };
    Router::new()
        .route("/webhooks/{token}", post(webhook::fire))
        .route("/webhooks/{token}/test", get(webhook::test))
        // `door` reads bodies within limits of its own.
        .layer(DefaultBodyLimit::disable())
        .with_state(state)
}
