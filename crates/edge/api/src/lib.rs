#![doc = include_str!("../README.md")]

mod account;
mod alerts;
mod approvals;
mod audit;
mod canvas;
mod executions;
mod flows;
mod given;
mod health;
mod models;
mod nodes;
mod once;
mod page;
mod pins;
mod place;
mod provider_keys;
mod reference;
mod revision;
mod rights;
mod secrets;
mod signed;
mod sought;
#[cfg(test)]
mod testing;
mod tokens;
mod triggers;
mod variables;
mod versions;

use accounts::Accounts;
use axum::Router;
use axum::middleware::from_fn_with_state;
use engine::Engine;
use kit::Clock;
use llm::Gateway;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use reference::{document, pages};

/// What the operations work on.
#[derive(Clone)]
pub struct ApiState {
    /// Flows, triggers, executions.
    pub engine: Engine,
    /// People.
    pub accounts: Accounts,
    /// Models.
    pub gateway: Gateway,
    /// What time it is.
    pub clock: Clock,
    /// What the address of a webhook begins with.
    pub webhook_base_url: String,
    /// Whose word about where a request comes from is believed.
    pub proxies: door::Proxies,
}

/// Where the routes of users begin.
const BASE: &str = "/api/v1";

/// The routes of the REST interface.
pub fn router(state: ApiState) -> Router {
    let sign_in = from_fn_with_state(state.clone(), signed::sign_in);
    // The sign-in comes first: whoever changes something is known.
    let record = from_fn_with_state(state.clone(), audit::record::record);
    let routes = open_routes().nest(BASE, signed_routes().route_layer(record).route_layer(sign_in));
    Router::from(routes).merge(models::routes()).with_state(state)
}

/// What the routes say of themselves.
pub fn operations() -> OpenApi {
    open_routes().nest(BASE, reference::signed(signed_routes())).into_openapi()
}

fn open_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(flows::schema::schema))
        // Signed by its body; it stands before `/webhooks/{token}`, and no token is called so.
        .routes(routes!(account::clerk::receive))
}

fn signed_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(account::me::me))
        .routes(routes!(account::usage::usage))
        .routes(routes!(models::usage::usage))
        .routes(routes!(models::health::health))
        .routes(routes!(models::key_order::get, models::key_order::put))
        .routes(routes!(flows::handlers::handlers))
        .routes(routes!(flows::list::list, flows::create::create))
        .routes(routes!(flows::validate::validate))
        .routes(routes!(flows::fit::fit))
        .routes(routes!(flows::fit::fit_of_flow))
        .routes(routes!(canvas::to_canvas::to_canvas))
        .routes(routes!(canvas::to_yaml::to_yaml))
        .routes(routes!(flows::get::get, flows::update::update, flows::delete::delete))
        .routes(routes!(flows::start::start))
        .routes(routes!(flows::stop::stop))
        .routes(routes!(versions::list::list))
        .routes(routes!(versions::get::get))
        .routes(routes!(versions::diff::diff))
        .routes(routes!(versions::restore::restore))
        .routes(routes!(pins::list::list))
        .routes(routes!(pins::put::put, pins::delete::delete))
        .routes(routes!(triggers::list::list, triggers::create::create))
        .routes(routes!(triggers::get::get, triggers::update::update, triggers::delete::delete))
        .routes(routes!(triggers::regenerate::regenerate))
        .routes(routes!(triggers::preview::preview))
        .routes(routes!(executions::list::list))
        .routes(routes!(executions::run::run))
        .routes(routes!(executions::test_run::test_run))
        .routes(routes!(executions::replay_many::replay_many))
        .routes(routes!(executions::stats::stats))
        .routes(routes!(executions::search::search))
        .routes(routes!(executions::series::series))
        .routes(routes!(executions::get::get))
        .routes(routes!(executions::cancel::cancel))
        .routes(routes!(executions::events::events))
        .routes(routes!(executions::replay::replay))
        .routes(routes!(approvals::list::list))
        .routes(routes!(approvals::get::get))
        .routes(routes!(approvals::decide::decide))
        .merge(entrusted_routes())
        .merge(operating_routes())
}

/// What operators look at, and what happened without anybody looking.
fn operating_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(nodes::list::list))
        .routes(routes!(alerts::list::list))
        .routes(routes!(audit::list::list))
}

/// What users entrust to the server: keys, tokens, secrets, variables.
fn entrusted_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(provider_keys::list::list, provider_keys::add::add))
        .routes(routes!(provider_keys::delete::delete))
        .routes(routes!(tokens::list::list, tokens::create::create))
        .routes(routes!(tokens::revoke::revoke))
        .routes(routes!(secrets::list::list))
        .routes(routes!(secrets::get::get, secrets::put::put, secrets::delete::delete))
        .routes(routes!(secrets::list::list_of_flow))
        .routes(routes!(
            secrets::get::get_of_flow,
            secrets::put::put_of_flow,
            secrets::delete::delete_of_flow
        ))
        .routes(routes!(variables::list::list))
        .routes(routes!(variables::get::get, variables::put::put, variables::delete::delete))
        .routes(routes!(variables::list::list_of_flow))
        .routes(routes!(
            variables::get::get_of_flow,
            variables::put::put_of_flow,
            variables::delete::delete_of_flow
        ))
}
