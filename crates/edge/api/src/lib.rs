#![doc = include_str!("../README.md")]

mod account;
mod canvas;
mod executions;
mod flows;
mod health;
mod once;
mod page;
mod place;
mod provider_keys;
mod revision;
mod rights;
mod secrets;
mod signed;
#[cfg(test)]
mod testing;
mod tokens;
mod triggers;
mod variables;

use accounts::Accounts;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
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

/// Where the routes of users begin.
const BASE: &str = "/api/v1";

/// The routes of the REST interface.
pub fn router(state: ApiState) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/schema/organism.json", get(flows::schema::schema))
        // Signed by its body; it stands before `/webhooks/{token}`, and no token is called so.
        .route("/webhooks/clerk", post(account::clerk::receive))
        .nest(BASE, signed_routes().route_layer(from_fn_with_state(state.clone(), signed::sign_in)))
        .with_state(state)
}

fn signed_routes() -> Router<ApiState> {
    Router::new()
        .route("/me", get(account::me::me))
        .route("/usage", get(account::usage::usage))
        .route("/handlers", get(flows::handlers::handlers))
        .route("/flows", get(flows::list::list).post(flows::create::create))
        .route("/flows/validate", post(flows::validate::validate))
        .route("/flows/convert/to-canvas", post(canvas::to_canvas::to_canvas))
        .route("/flows/convert/to-yaml", post(canvas::to_yaml::to_yaml))
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
        .merge(entrusted_routes())
}

/// What users entrust to the server: keys, tokens, secrets, variables.
fn entrusted_routes() -> Router<ApiState> {
    Router::new()
        .route("/api-keys", get(provider_keys::list::list).post(provider_keys::add::add))
        .route("/api-keys/{provider}", delete(provider_keys::delete::delete))
        .route("/tokens", get(tokens::list::list).post(tokens::create::create))
        .route("/tokens/{token}", delete(tokens::revoke::revoke))
        .route("/secrets", get(secrets::list::list))
        .route(
            "/secrets/{name}",
            get(secrets::get::get).put(secrets::put::put).delete(secrets::delete::delete),
        )
        .route("/flows/{flow}/secrets", get(secrets::list::list_of_flow))
        .route(
            "/flows/{flow}/secrets/{name}",
            get(secrets::get::get_of_flow)
                .put(secrets::put::put_of_flow)
                .delete(secrets::delete::delete_of_flow),
        )
        .route("/variables", get(variables::list::list))
        .route(
            "/variables/{name}",
            get(variables::get::get).put(variables::put::put).delete(variables::delete::delete),
        )
        .route("/flows/{flow}/variables", get(variables::list::list_of_flow))
        .route(
            "/flows/{flow}/variables/{name}",
            get(variables::get::get_of_flow)
                .put(variables::put::put_of_flow)
                .delete(variables::delete::delete_of_flow),
        )
}
