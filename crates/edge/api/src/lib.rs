#![doc = include_str!("../README.md")]

mod account;
mod executions;
mod flows;
mod health;
mod page;
mod revision;
mod signed;
mod triggers;

use accounts::Accounts;
use axum::Router;
use axum::routing::{get, post};
use engine::Engine;
use kit::Clock;

/// What the operations work on.
#[derive(Clone)]
pub struct ApiState {
    /// Flows, triggers, executions.
    pub engine: Engine,
    /// People.
    pub accounts: Accounts,
    /// What time it is.
    pub clock: Clock,
    /// What the address of a webhook begins with.
    pub webhook_base_url: String,
}

/// The routes of the REST interface.
pub fn router(state: ApiState) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/schema/organism.json", get(flows::schema::schema))
        .nest("/api/v1", signed_routes())
        .with_state(state)
}

fn signed_routes() -> Router<ApiState> {
    Router::new()
        .route("/me", get(account::me::me))
        .route("/usage", get(account::usage::usage))
        .route("/handlers", get(flows::handlers::handlers))
        .route("/flows", get(flows::list::list).post(flows::create::create))
        .route("/flows/validate", post(flows::validate::validate))
        .route(
            "/flows/{flow}",
            get(flows::get::get).patch(flows::update::update).delete(flows::delete::delete),
        )
        .route("/flows/{flow}/start", post(flows::start::start))
        .route("/flows/{flow}/stop", post(flows::stop::stop))
        .route("/flows/{flow}/triggers", get(triggers::list::list).post(triggers::create::create))
        .route(
            "/flows/{flow}/triggers/{trigger}",
            get(triggers::get::get).patch(triggers::update::update).delete(triggers::delete::delete),
        )
        .route("/flows/{flow}/triggers/{trigger}/regenerate-token", post(triggers::regenerate::regenerate))
        .route("/flows/{flow}/executions", get(executions::list::list))
        .route("/flows/{flow}/executions/run", post(executions::run::run))
        .route("/flows/{flow}/executions/stats", get(executions::stats::stats))
        .route("/flows/{flow}/executions/{execution}", get(executions::get::get))
        .route("/flows/{flow}/executions/{execution}/events", get(executions::events::events))
}
