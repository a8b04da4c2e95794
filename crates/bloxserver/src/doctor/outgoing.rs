//! What else the server asks: web search, the receiver of alerts; and a proxy that it does not use.

use net::{Method, Redirects, Request};

use super::Finding;
use crate::config::Config;
use crate::{models, rooms, traces};

const AREA: &str = "outgoing";
const TIMEOUT_MS: u64 = 5_000;

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let mut found = Vec::from_iter(proxy());
    if let Some(url) = &config.searxng_url {
        found.push(reach("SEARXNG_URL", url, rooms::client(config)).await);
    }
    if let Some(url) = &config.alert_webhook_url {
        let client = models::client_for(config, models::plain_place(url).into_iter());
        found.push(reach("ALERT_WEBHOOK_URL", url, client).await);
    }
    if let Some(url) = &config.otel_exporter_otlp_endpoint {
        found.push(reach("OTEL_EXPORTER_OTLP_ENDPOINT", url, traces::client(config, url)).await);
    }
    if found.is_empty() {
        found.push(Finding::fine(
            AREA,
            "flows reach the public internet, and of private places what EGRESS_ALLOW names",
        ));
    }
    found
}

/// Any answer will do: the address is reached.
async fn reach(name: &str, url: &str, client: anyhow::Result<net::Client>) -> Finding {
    let request = Request::new(Method::Head, url).timeout_ms(TIMEOUT_MS).redirects(Redirects::Refuse);
    let asked = match client {
        Ok(client) => client.send(request).await.map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error:#}")),
    };
    match asked {
        Ok(_) => Finding::fine(AREA, format!("{name} is reached")),
        Err(reason) => Finding::error(
            AREA,
            format!("{name} is not reached: {reason}"),
            "check the address; a private one for flows has to stand in EGRESS_ALLOW",
        ),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "variables of other programs, which are no settings of this one"
)]
fn proxy() -> Option<Finding> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];
    let set = names.iter().find(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()))?;
    Some(Finding::warning(
        AREA,
        format!("{set} is set and not used: every address is checked before it is connected to"),
        "let this machine reach the addresses that it needs by itself",
    ))
}
