//! The gateway to models, from the configuration.

use std::sync::Arc;

use accounts::KeyOrder;
use anyhow::{Context, Result};
use async_trait::async_trait;
use kit::ids::OwnerId;
use kit::{Secret, Sources};

use crate::config::{Config, Environment, Hidden};
use crate::model_alerts::Refusal;
use crate::owners::Owners;

/// The gateway; where the operator named providers in the house, with a client of its own: it reaches them, flows do not.
pub(crate) fn gateway(
    config: &Config,
    client: &net::Client,
    credentials: Arc<dyn llm::Credentials>,
    sources: &Sources,
) -> Result<llm::Gateway> {
    let settings = settings(config)?;
    let in_the_house: Vec<String> =
        settings.providers.iter().filter_map(|provider| plain_place(&provider.base_url)).collect();
    let client =
        if in_the_house.is_empty() { client.clone() } else { client_for(config, in_the_house.into_iter())? };
    Ok(llm::Gateway::new(settings, client, credentials, sources.clone()))
}

/// A guarded client that reaches some more places than flows do: those that the operator named.
pub(crate) fn client_for(config: &Config, places: impl Iterator<Item = String>) -> Result<net::Client> {
    let opened = Some(config.egress_allow.trim()).filter(|rules| !rules.is_empty()).map(str::to_owned);
    let allow = opened.into_iter().chain(places).collect::<Vec<_>>().join(",");
    Ok(net::Client::new(allow.parse().context("EGRESS_ALLOW, or an address that a setting names")?)?)
}

/// Providers, aliases, limits and prices: the environment and the file that `LLM_CONFIG` names.
pub(crate) fn settings(config: &Config) -> Result<llm::Settings> {
    let key = |hidden: &Option<Hidden>| hidden.as_ref().map(|hidden| hidden.0.expose().clone());
    let read = |name: &str| match name {
        "OPENAI_API_KEY" => key(&config.openai_api_key),
        "ANTHROPIC_API_KEY" => key(&config.anthropic_api_key),
        "XAI_API_KEY" => key(&config.xai_api_key),
        "TOGETHER_API_KEY" => key(&config.together_api_key),
        "OLLAMA_BASE_URL" => config.ollama_base_url.clone(),
        "LLM_BASE_URL" => config.llm_base_url.clone(),
        "LLM_API_KEY" => key(&config.llm_api_key),
        "LLM_DEFAULT_MODEL" => config.llm_default_model.clone(),
        other => variable_of_the_file(other),
    };
    let file = match &config.llm_config {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            Some(text.with_context(|| format!("LLM_CONFIG: {} cannot be read", path.display()))?)
        }
        None => None,
    };
    let mut settings = llm::Settings::load(file.as_deref(), read)?;
    settings.every_tier_brings_keys = config.env == Environment::Development;
    Ok(settings)
}

/// The file names the variables of its own providers' keys: they cannot be listed before it is read.
#[expect(clippy::disallowed_methods, reason = "configuration that names configuration, read once")]
fn variable_of_the_file(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Host and port of a base URL without TLS: a service in the operator's own house.
pub(crate) fn plain_place(base_url: &str) -> Option<String> {
    let place = base_url.strip_prefix("http://")?.split('/').next()?;
    let has_port = place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Some(if has_port { place.to_owned() } else { format!("{place}:80") })
}

#[async_trait]
impl llm::Credentials for Owners {
    async fn key(&self, owner: OwnerId, provider: &str) -> Option<Secret> {
        match self.accounts.provider_key(owner, provider).await {
            Ok(key) => key,
            Err(error) => {
                tracing::warn!(%error, provider, "a user's provider key could not be read");
                None
            }
        }
    }

    async fn policy(&self, owner: OwnerId) -> llm::KeyPolicy {
        match self.accounts.key_order(owner).await {
            Ok(KeyOrder::OwnFirst) => llm::KeyPolicy::OwnFirst,
            Ok(KeyOrder::OwnOnly) => llm::KeyPolicy::OwnOnly,
            // Nobody's credit is spent on a guess.
            Err(error) => {
                tracing::warn!(%error, "it could not be read whose keys a user wants used");
                llm::KeyPolicy::OwnOnly
            }
        }
    }

    async fn refused(&self, owner: OwnerId, provider: &str, key: &Secret, reason: &str) {
        match self.accounts.refuse_provider_key(owner, provider, key, reason).await {
            // It was replaced in the meantime, or another call or node was quicker.
            Ok(false) => {}
            Ok(true) => {
                tracing::info!(%owner, provider, "a user's provider key is refused and not used");
                let (provider, reason) = (provider.to_owned(), reason.to_owned());
                // Only a command that is about to end has nobody who listens.
                let _ = self.refusals.send(Refusal { owner, provider, reason });
            }
            Err(error) => tracing::warn!(%error, provider, "a refused provider key could not be noted"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_without_tls_are_opened_and_with_their_port() {
        assert_eq!(plain_place("http://localhost:11434/v1").as_deref(), Some("localhost:11434"));
        assert_eq!(plain_place("http://10.0.0.5/v1").as_deref(), Some("10.0.0.5:80"));
        assert_eq!(plain_place("https://api.openai.com/v1"), None);
    }
}
