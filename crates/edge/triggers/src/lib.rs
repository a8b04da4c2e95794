#![doc = include_str!("../README.md")]

mod schedule;
mod webhook;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use door::Proxies;
use engine::Engine;
use kit::Clock;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

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
    // `door` reads bodies within limits of its own.
    Router::from(routes()).layer(DefaultBodyLimit::disable()).with_state(state)
}

/// What the routes say of themselves.
pub fn operations() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(webhook::fire::fire)).routes(routes!(webhook::test::test))
}
