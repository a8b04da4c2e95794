#![doc = include_str!("../README.md")]

mod approval;
mod schedule;
mod webhook;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use door::Proxies;
use engine::Engine;
use kit::Clock;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use schedule::fire_schedules;
pub use webhook::SharedRates;

/// What webhooks and links work on.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
    pub(crate) proxies: Proxies,
    pub(crate) rates: webhook::Rates,
}

/// The routes of outside events; `rates` counts for all nodes together, where they share something.
pub fn router(engine: Engine, clock: Clock, proxies: Proxies, rates: Option<Arc<dyn SharedRates>>) -> Router {
    let state = State { engine, clock, proxies, rates: webhook::Rates::new(rates) };
    // `door` reads bodies within limits of its own.
    Router::from(routes()).layer(DefaultBodyLimit::disable()).with_state(state)
}

/// What the routes say of themselves.
pub fn operations() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(webhook::fire::fire))
        .routes(routes!(webhook::test::test))
        .routes(routes!(approval::show::show, approval::decide::decide))
}
