//! The providers of models, and what they say to the operator's keys.

use std::sync::Arc;

use futures::future::join_all;
use kit::Sources;
use llm::{KeyCheck, Provider};

use super::Finding;
use crate::config::Config;
use crate::{models, rooms};

const AREA: &str = "models";

pub(super) async fn look(config: &Config, sources: &Sources) -> Vec<Finding> {
    let made = models::settings(config).and_then(|settings| {
        Ok((
            settings,
            models::gateway(config, &rooms::client(config)?, Arc::new(llm::OperatorKeysOnly), sources)?,
        ))
    });
    let (settings, gateway) = match made {
        Ok(made) => made,
        Err(error) => {
            return vec![Finding::error(
                AREA,
                format!("{error:#}"),
                "the server does not start before that is mended",
            )];
        }
    };
    let usable = |provider: &&Provider| provider.api_key.is_some() || !provider.needs_key;
    let providers: Vec<&Provider> = settings.providers.iter().filter(usable).collect();
    if providers.is_empty() {
        return vec![Finding::warning(
            AREA,
            "no provider has a key: agents get answers from `echo` alone, or with their owners' own keys",
            "set OPENAI_API_KEY, ANTHROPIC_API_KEY or another; see the page about models",
        )];
    }
    let mut found = join_all(providers.iter().map(|provider| ask(&gateway, provider))).await;
    let default = &settings.default_model;
    let provider = settings.provider_of(default);
    if provider.is_some_and(|provider| !usable(&provider)) {
        let name = provider.map(|provider| provider.name.as_str()).unwrap_or_default();
        found.push(Finding::warning(
            AREA,
            format!("agents that name no model ask for {default}, and {name} has no key"),
            "set LLM_DEFAULT_MODEL to a model of a provider that has one",
        ));
    }
    found
}

async fn ask(gateway: &llm::Gateway, provider: &Provider) -> Finding {
    let (name, variable) = (&provider.name, &provider.key_variable);
    match gateway.check_provider(name).await {
        Ok(KeyCheck::Accepted) if provider.api_key.is_some() => {
            Finding::fine(AREA, format!("{name} takes its key"))
        }
        Ok(KeyCheck::Accepted) => Finding::fine(AREA, format!("{name} answers")),
        Ok(KeyCheck::Refused) => Finding::error(
            AREA,
            format!("{name} does not take its key"),
            format!("set {variable} to a key that is valid"),
        ),
        Ok(KeyCheck::Unknown) => {
            Finding::warning(AREA, format!("{name} could not be asked"), "ask again later")
        }
        Err(reason) => Finding::warning(
            AREA,
            format!("{name} could not be asked: {reason}"),
            format!("check that this machine reaches {}", provider.base_url),
        ),
    }
}
