//! What the gateway is set up with: the environment, and one file.

mod file;
mod known;
mod provider;
mod tier;

use std::collections::BTreeMap;

pub use provider::{Provider, Serves, Timeouts};
pub use tier::{Tier, TierLimits, Tiers};

use crate::{Error, Rates};

/// The model of a request that names none, unless `LLM_DEFAULT_MODEL` or the file does.
pub const DEFAULT_MODEL: &str = "grok-4.1";

const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// What the gateway is set up with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The providers, looked through in this order.
    pub providers: Vec<Provider>,
    /// The model of a request that names none.
    pub default_model: String,
    /// Names that stand for several models, the first that answers first.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// What each tier may do.
    pub tiers: Tiers,
    /// Whether own provider keys are used on every tier, not from pro on: so it is while a server is developed.
    pub every_tier_brings_keys: bool,
    /// The most one execution may cost, in billionths of a dollar; no cap when absent.
    pub execution_nano_dollars: Option<u64>,
    /// The most one flow may cost in a calendar month, in billionths of a dollar; no cap when absent.
    pub flow_month_nano_dollars: Option<u64>,
    /// Prices of the operator, by model; they go before the embedded table.
    pub prices: BTreeMap<String, Rates>,
    /// How often and how patiently a failed question is asked again.
    pub retry: Retry,
    /// The model of embeddings that questions are compared by; by the spelling of their words when absent.
    pub similarity_model: Option<String>,
    /// The bytes that the cache of answers may hold; 0 turns it off.
    pub cache_bytes: usize,
    /// The bytes an answer may have.
    pub max_answer_bytes: u64,
}

/// How a question is asked again before anything of an answer was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Rounds after the first one; the original system's figure is 3.
    pub rounds: u32,
    /// The pause before the second round; it doubles from there (original: 1 s, at most 60 s, ±25 %).
    pub base_ms: u64,
    /// What somebody who waits on a connection may be kept waiting by pauses; longer ones are their own to make.
    pub patience_ms: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Self { rounds: 3, base_ms: 1_000, patience_ms: 20_000 }
    }
}

impl Settings {
    /// Reads the keys and `LLM_BASE_URL`, `LLM_API_KEY`, `LLM_DEFAULT_MODEL`; `read` gives a variable's value.
    pub fn from_variables(read: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        Self::load(None, read)
    }

    /// The same with the text of the operator's file, which goes before the built-in providers.
    pub fn load(file: Option<&str>, read: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let read =
            |name: &str| read(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let mut settings = Self {
            providers: known::providers(&read)?,
            default_model: DEFAULT_MODEL.to_owned(),
            aliases: BTreeMap::new(),
            tiers: Tiers::default(),
            every_tier_brings_keys: false,
            execution_nano_dollars: None,
            flow_month_nano_dollars: None,
            prices: BTreeMap::new(),
            retry: Retry::default(),
            similarity_model: None,
            cache_bytes: 64 * 1024 * 1024,
            max_answer_bytes: MAX_ANSWER_BYTES,
        };
        if let Some(text) = file {
            file::apply(text, &mut settings, &read)?;
        }
        if let Some(model) = read("LLM_DEFAULT_MODEL") {
            settings.default_model = model;
        }
        settings.providers.sort_by_key(|provider| provider.priority);
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Result<Settings, Error> {
        let find = |name: &str| {
            variables.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::from_variables(find)
    }

    #[test]
    fn every_key_goes_to_its_own_provider() {
        let settings =
            settings(&[("OPENAI_API_KEY", "k1"), ("XAI_API_KEY", " "), ("LLM_API_KEY", "k2")]).unwrap();
        let keyed = settings.providers.iter().filter(|provider| provider.api_key.is_some());
        assert_eq!(keyed.map(|provider| provider.name.as_str()).collect::<Vec<_>>(), ["openai"]);
        assert_eq!(settings.default_model, DEFAULT_MODEL);
    }

    #[test]
    fn a_base_url_adds_the_provider_of_the_rest() {
        let settings =
            settings(&[("LLM_BASE_URL", "http://localhost:11434/v1/"), ("LLM_API_KEY", "k")]).unwrap();
        let generic = settings.providers.iter().find(|provider| provider.name == "generic").unwrap();
        assert_eq!(
            (generic.base_url.as_str(), &generic.serves),
            ("http://localhost:11434/v1", &Serves::Rest)
        );
    }

    #[test]
    fn a_base_url_that_is_none_is_named_by_its_variable() {
        for variable in ["LLM_BASE_URL", "OLLAMA_BASE_URL"] {
            let error = settings(&[(variable, "localhost:11434")]).unwrap_err();
            assert!(error.to_string().contains(variable));
        }
    }

    #[test]
    fn printed_settings_keep_the_keys() {
        let settings = settings(&[
            ("OPENAI_API_KEY", "canary"),
            ("LLM_BASE_URL", "http://a"),
            ("LLM_API_KEY", "canary"),
        ]);
        assert!(!format!("{settings:?}").contains("canary"));
    }
}
