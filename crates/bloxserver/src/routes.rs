//! The routes of all rooms, and the document that describes them.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::get;
use serde_json::json;
use utoipa::openapi::OpenApi;

use crate::config::Config;
use crate::rooms::Rooms;
use crate::shared::Rates;

/// Everything that the server answers, behind its entrance.
pub(crate) fn router(rooms: &Rooms, config: &Config, metrics: Router) -> Result<Router> {
    let proxies: door::Proxies =
        config.trusted_proxies.parse().map_err(anyhow::Error::msg).context("TRUSTED_PROXIES")?;
    let state = api::ApiState {
        engine: rooms.engine.clone(),
        accounts: rooms.accounts.clone(),
        gateway: rooms.gateway.clone(),
        clock: rooms.sources.clock.clone(),
        webhook_base_url: config.webhook_base_url(),
        proxies: proxies.clone(),
    };
    let rates = rooms.shared.clone().map(|shared| Arc::new(Rates(shared)) as _);
    let webhooks = triggers::router(rooms.engine.clone(), rooms.sources.clock.clone(), proxies, rates);
    let document = config.enable_docs.then(document);
    let docs = document.is_some().then_some("/docs");
    // Without an issuer its sessions would be refused.
    let clerk = config.clerk_publishable_key.clone().filter(|_| config.clerk_issuer.is_some());
    let interface = web::router(rooms.sources.entropy.clone(), docs, clerk);
    let mut router = api::router(state).merge(webhooks).merge(interface).merge(metrics);
    if let Some(document) = &document {
        router = router.merge(api::pages(document)?);
    }
    Ok(door::close(router, &settings(config)?))
}

/// What is answered before there are rooms: it lives, and everything else is for later.
///
/// A server that still migrates is alive, and nobody has to restart it.
pub(crate) fn starting(config: &Config) -> Result<Router> {
    let live = get(|| async { axum::Json(json!({ "status": "alive" })) });
    Ok(door::starting(Router::new().route("/health/live", live), &settings(config)?))
}

/// What the edge as a whole is told by the configuration.
pub(crate) fn settings(config: &Config) -> Result<door::Settings> {
    let origins = config.cors_origins.iter().filter(|origin| !origin.is_empty());
    let origins = origins.map(|origin| origin.parse().with_context(|| format!("CORS_ORIGINS: {origin}")));
    Ok(door::Settings {
        cors_origins: origins.collect::<Result<_>>()?,
        body: door::body::BodyLimits::default(),
        entropy: kit::Sources::system().entropy,
    })
}

/// What the server answers, as OpenAPI 3.1.
pub(crate) fn document() -> OpenApi {
    let mut operations = api::operations();
    operations.merge(triggers::operations());
    api::document(operations)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::body::Body;
    use axum::http::{Request, header};
    use clap::Parser;
    use db::{Db, Settings};
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::rooms;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        config: Config,
    }

    /// Addresses for people and monitors, which no generated client calls.
    const NOT_DESCRIBED: [&str; 5] =
        ["/docs", "/docs/script.js", "/docs/style.css", "/openapi.json", "/redoc"];

    /// Addresses of OpenAI's and Anthropic's clients, which those vendors describe.
    const OF_VENDORS: &str = "/v1/";

    fn is_for_people(address: &str) -> bool {
        NOT_DESCRIBED.contains(&address) || web::addresses().any(|page| page == address)
    }

    async fn open(folder: &std::path::Path) -> Router {
        let data = folder.display();
        let program =
            Program::parse_from(["bloxserver", "--env=development", &format!("--blox-data-dir={data}")]);
        let settings = Settings::from_url(&format!("sqlite://{data}/test.db")).unwrap();
        let db = Db::open(&settings, true).await.unwrap();
        router(&rooms::open(&program.config, &db).unwrap(), &program.config, Router::new()).unwrap()
    }

    /// The addresses of a router, as its `Debug` tells them.
    fn addresses(router: &Router) -> BTreeSet<String> {
        let text = format!("{router:?}");
        let words = text.split('"').filter(|word| word.starts_with('/'));
        // What is none of the others is axum's own entry.
        words.filter(|word| !word.contains("__private__")).map(str::to_owned).collect()
    }

    async fn methods(router: &Router, address: &str) -> BTreeSet<String> {
        let request =
            Request::builder().method("BREW").uri(address.replace(['{', '}'], "")).body(Body::empty());
        let answer = router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), 405, "{address}");
        let allowed = answer.headers()[header::ALLOW].to_str().unwrap();
        allowed.split(',').filter(|method| *method != "HEAD").map(str::to_lowercase).collect()
    }

    #[tokio::test]
    async fn every_route_is_described_and_every_description_is_served() {
        let folder = tempfile::tempdir().unwrap();
        let router = open(folder.path()).await;
        let document: Value = serde_json::to_value(document()).unwrap();
        let described = document["paths"].as_object().unwrap();
        let served = addresses(&router);
        assert!(served.len() > 20, "{served:?}");
        let is_ours = |address: &&String| !is_for_people(address) && !address.starts_with(OF_VENDORS);
        for address in served.iter().filter(is_ours) {
            let item = described.get(address).unwrap_or_else(|| panic!("{address} is not described"));
            let named: BTreeSet<String> = item.as_object().unwrap().keys().cloned().collect();
            assert_eq!(named, methods(&router, address).await, "{address}");
        }
        for address in described.keys() {
            assert!(served.contains(address), "{address} is described and not served");
        }
    }

    #[test]
    fn the_document_in_the_repository_is_the_present_one() {
        let kept = include_str!("../../../docs/openapi.json");
        let present = document().to_pretty_json().unwrap();
        let hint = "run `cargo run -p bloxserver -- openapi > docs/openapi.json` and read the difference";
        assert!(kept.trim_end() == present, "docs/openapi.json differs from the code: {hint}");
    }
}
