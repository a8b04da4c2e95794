//! The operator's file, in TOML.

use std::collections::BTreeMap;

use kit::Secret;
use serde::{Deserialize, Deserializer};

use super::known::base_url;
use super::{Provider, Serves, Settings, Tier, TierLimits, Timeouts};
use crate::{Error, Rates, Wire};

const NANO: f64 = 1e9;

/// Puts what the file says over what is there.
pub(super) fn apply(
    text: &str,
    settings: &mut Settings,
    read: &impl Fn(&str) -> Option<String>,
) -> Result<(), Error> {
    let file: File = toml::from_str(text).map_err(|error| Error::File { reason: error.to_string() })?;
    for (name, entry) in file.providers {
        let known = settings.providers.iter().position(|provider| provider.name == name);
        let known = known.map(|at| settings.providers.remove(at));
        settings.providers.push(entry.provider(name, known, read)?);
    }
    for (word, limits) in file.tiers {
        let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == word);
        let tier = tier.ok_or_else(|| Error::File { reason: format!("tiers.{word} is no tier") })?;
        *settings.tiers.of_mut(tier) = limits;
    }
    for (alias, models) in &file.aliases {
        if models.is_empty() {
            return Err(Error::File { reason: format!("aliases.{alias} names no model") });
        }
    }
    settings.aliases = file.aliases;
    settings.prices = file.prices;
    settings.similarity_model = file.similarity_model;
    settings.execution_nano_dollars = file.execution_dollars;
    settings.flow_month_nano_dollars = file.flow_dollars_per_month;
    if let Some(model) = file.default_model {
        settings.default_model = model;
    }
    if let Some(megabytes) = file.cache_megabytes {
        settings.cache_bytes = megabytes.saturating_mul(1024 * 1024);
    }
    if let Some(concurrency) = file.own_key_concurrency {
        settings.tiers.own_key_concurrency = concurrency;
    }
    Ok(())
}

/// Dollars in a file, billionths of a dollar in the program.
pub(super) fn nano_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(dollars) if !(0.0..=1e9).contains(&dollars) => {
            Err(serde::de::Error::custom("an amount in dollars is from 0 to a billion"))
        }
        dollars => Ok(dollars.map(|dollars| (dollars * NANO).round() as u64)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default_model: Option<String>,
    #[serde(default)]
    providers: BTreeMap<String, Entry>,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    tiers: BTreeMap<String, TierLimits>,
    #[serde(default)]
    prices: BTreeMap<String, Rates>,
    #[serde(default, deserialize_with = "nano_dollars")]
    execution_dollars: Option<u64>,
    #[serde(default, deserialize_with = "nano_dollars")]
    flow_dollars_per_month: Option<u64>,
    own_key_concurrency: Option<u32>,
    cache_megabytes: Option<usize>,
    similarity_model: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    wire: Option<WireName>,
    responses: Option<bool>,
    base_url: Option<String>,
    key_variable: Option<String>,
    needs_key: Option<bool>,
    prefixes: Option<Vec<String>>,
    /// Whether it is asked for every model that nobody else claims.
    takes_the_rest: Option<bool>,
    models: Option<Vec<String>>,
    priority: Option<u32>,
    concurrency: Option<usize>,
    first_token_ms: Option<u64>,
    idle_ms: Option<u64>,
    total_ms: Option<u64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum WireName {
    Openai,
    OpenaiCompatible,
    Anthropic,
}

impl Entry {
    /// A provider of its own, or a known one with what the entry changes.
    fn provider(
        self,
        name: String,
        known: Option<Provider>,
        read: &impl Fn(&str) -> Option<String>,
    ) -> Result<Provider, Error> {
        let place = format!("providers.{name}.base_url");
        let url = self.base_url.or_else(|| known.as_ref().map(|known| known.base_url.clone()));
        let url = url.ok_or_else(|| Error::BaseUrl { variable: place.clone() })?;
        let mut provider = match known {
            Some(known) => known,
            None => fresh(name),
        };
        provider.base_url = base_url(&url, &place)?;
        if let Some(wire) = self.wire {
            provider.wire = wire.into();
        }
        provider.has_responses = self.responses.unwrap_or(provider.has_responses);
        if let Some(variable) = self.key_variable {
            provider.api_key = read(&variable).map(Secret::new);
            provider.needs_key = true;
            provider.key_variable = variable;
        }
        provider.needs_key = self.needs_key.unwrap_or(provider.needs_key);
        if let Some(prefixes) = self.prefixes {
            provider.serves = Serves::Prefixes(prefixes.iter().map(|prefix| prefix.to_lowercase()).collect());
        }
        if self.takes_the_rest == Some(true) {
            provider.serves = Serves::Rest;
        }
        provider.models = self.models.unwrap_or(provider.models);
        provider.priority = self.priority.unwrap_or(provider.priority);
        provider.concurrency = self.concurrency.unwrap_or(provider.concurrency).max(1);
        let Timeouts { first_token_ms, idle_ms, total_ms } = provider.timeouts;
        provider.timeouts = Timeouts {
            first_token_ms: self.first_token_ms.unwrap_or(first_token_ms),
            idle_ms: self.idle_ms.unwrap_or(idle_ms),
            total_ms: self.total_ms.unwrap_or(total_ms),
        };
        Ok(provider)
    }
}

/// A provider that nobody knows yet: any service that speaks OpenAI's chat completions.
fn fresh(name: String) -> Provider {
    Provider {
        name,
        base_url: String::new(),
        api_key: None,
        key_variable: String::new(),
        needs_key: false,
        wire: Wire::OpenAiCompatible,
        has_responses: false,
        serves: Serves::Prefixes(Vec::new()),
        models: Vec::new(),
        priority: 4,
        concurrency: 50,
        timeouts: Timeouts::default(),
    }
}

impl From<WireName> for Wire {
    fn from(name: WireName) -> Self {
        match name {
            WireName::Openai => Self::OpenAi,
            WireName::OpenaiCompatible => Self::OpenAiCompatible,
            WireName::Anthropic => Self::Anthropic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        default_model = "fast"
        execution_dollars = 0.25
        [providers.anthropic]
        priority = 7
        first_token_ms = 5000
        [providers.house]
        base_url = "http://10.0.0.5:8000/v1/"
        key_variable = "HOUSE_KEY"
        prefixes = ["Qwen"]
        responses = true
        concurrency = 4
        [aliases]
        fast = ["house/qwen3", "openai/gpt-4o-mini"]
        [tiers.free]
        requests_per_minute = 3
        tokens_per_minute = 500
        concurrency = 1
        dollars_per_month = 2
        [prices.qwen3]
        input = 0.1
        output = 0.4
    "#;

    fn load(text: &str) -> Result<Settings, Error> {
        Settings::load(Some(text), |name| (name == "HOUSE_KEY").then(|| "canary".to_owned()))
    }

    #[test]
    fn a_file_adds_providers_and_changes_known_ones() {
        let settings = load(FILE).unwrap();
        let find = |name: &str| settings.providers.iter().find(|provider| provider.name == name).unwrap();
        let house = find("house");
        assert_eq!((house.base_url.as_str(), house.concurrency), ("http://10.0.0.5:8000/v1", 4));
        assert!(house.api_key.is_some() && house.needs_key && house.has_responses);
        assert_eq!(house.serves, Serves::Prefixes(vec!["qwen".to_owned()]));
        assert_eq!((find("anthropic").priority, find("anthropic").timeouts.first_token_ms), (7, 5_000));
        assert_eq!(settings.providers.last().unwrap().name, "anthropic", "they stand by priority");
        assert_eq!(settings.aliases["fast"].len(), 2);
        assert_eq!(
            (settings.default_model.as_str(), settings.execution_nano_dollars),
            ("fast", Some(250_000_000))
        );
        assert_eq!(settings.tiers.free.month_nano_dollars, Some(2_000_000_000));
        assert_eq!(settings.tiers.pro.requests_per_minute, 60);
    }

    #[test]
    fn a_mistake_in_the_file_is_named() {
        for (text, word) in [
            ("colour = 1", "colour"),
            ("[providers.house]\nmodels = []", "providers.house.base_url"),
            ("[providers.house]\nbase_url = \"house\"", "providers.house.base_url"),
            ("[providers.house]\nbase_url = \"http://a\"\nwire = \"grpc\"", "grpc"),
            ("[tiers.gold]\nrequests_per_minute = 1\ntokens_per_minute = 1\nconcurrency = 1", "tiers.gold"),
            ("[aliases]\nfast = []", "aliases.fast"),
            ("execution_dollars = -1", "dollars"),
        ] {
            let error = load(text).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
