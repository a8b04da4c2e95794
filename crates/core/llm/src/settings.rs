//! Which providers there are.

use kit::Secret;

use crate::{Error, Wire};

/// The model of a request that names none, unless `LLM_DEFAULT_MODEL` does.
pub const DEFAULT_MODEL: &str = "grok-4.1";

const TIMEOUT_MS: u64 = 120_000;
const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// What the gateway is set up with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The providers, looked through in this order.
    pub providers: Vec<Provider>,
    /// The model of a request that names none.
    pub default_model: String,
    /// The time a provider has for its whole answer.
    pub timeout_ms: u64,
    /// The bytes an answer may have.
    pub max_answer_bytes: u64,
}

/// One service that serves models.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its name in `provider/model`, and for stored keys.
    pub name: String,
    /// Where its API begins, without a slash at the end; a key for it goes nowhere else.
    pub base_url: String,
    /// The operator's key.
    pub api_key: Option<Secret>,
    /// The variable that the operator's key comes from, for messages.
    pub key_variable: String,
    /// Whether it answers nobody without a key.
    pub needs_key: bool,
    /// The protocol it speaks.
    pub wire: Wire,
    /// The models that are its own.
    pub serves: Serves,
    /// Models it is known to have, for lists; others may be asked for too.
    pub models: Vec<String>,
}

/// Which models a provider answers for when a request does not name the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Serves {
    /// Those whose name begins with one of these, in lower case.
    Prefixes(Vec<String>),
    /// Those that nobody else claims.
    Rest,
}

impl Settings {
    /// Reads the keys and `LLM_BASE_URL`, `LLM_API_KEY`, `LLM_DEFAULT_MODEL`; `read` gives a variable's value.
    pub fn from_variables(read: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let read =
            |name: &str| read(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let mut providers: Vec<Provider> = KNOWN.iter().map(|known| known.provider(&read)).collect();
        if let Some(base_url) = read("LLM_BASE_URL") {
            providers.push(generic(&base_url, &read)?);
        }
        Ok(Self {
            providers,
            default_model: read("LLM_DEFAULT_MODEL").unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
            timeout_ms: TIMEOUT_MS,
            max_answer_bytes: MAX_ANSWER_BYTES,
        })
    }
}

struct Known {
    name: &'static str,
    base_url: &'static str,
    key_variable: &'static str,
    wire: Wire,
    prefixes: &'static [&'static str],
    models: &'static [&'static str],
}

const KNOWN: [Known; 4] = [
    Known {
        name: "openai",
        base_url: "https://api.openai.com/v1",
        key_variable: "OPENAI_API_KEY",
        wire: Wire::OpenAi,
        prefixes: &["gpt", "chatgpt", "o1", "o3", "o4"],
        models: &["gpt-4o", "gpt-4o-mini", "o1", "o3-mini"],
    },
    Known {
        name: "anthropic",
        base_url: "https://api.anthropic.com/v1",
        key_variable: "ANTHROPIC_API_KEY",
        wire: Wire::Anthropic,
        prefixes: &["claude"],
        models: &["claude-sonnet-4-20250514", "claude-opus-4-20250514"],
    },
    Known {
        name: "xai",
        base_url: "https://api.x.ai/v1",
        key_variable: "XAI_API_KEY",
        wire: Wire::OpenAiCompatible,
        prefixes: &["grok"],
        models: &["grok-4.1", "grok-3", "grok-3-mini"],
    },
    // Its models have their makers' names, so it is asked by its own: `together/meta-llama/...`.
    Known {
        name: "together",
        base_url: "https://api.together.xyz/v1",
        key_variable: "TOGETHER_API_KEY",
        wire: Wire::OpenAiCompatible,
        prefixes: &[],
        models: &[],
    },
];

impl Known {
    fn provider(&self, read: &impl Fn(&str) -> Option<String>) -> Provider {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Provider {
            name: self.name.to_owned(),
            base_url: self.base_url.to_owned(),
            api_key: read(self.key_variable).map(Secret::new),
            key_variable: self.key_variable.to_owned(),
            needs_key: true,
            wire: self.wire,
            serves: Serves::Prefixes(owned(self.prefixes)),
            models: owned(self.models),
        }
    }
}

/// Any service that speaks OpenAI's chat completions; one in the operator's house may need no key.
fn generic(base_url: &str, read: &impl Fn(&str) -> Option<String>) -> Result<Provider, Error> {
    if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
        return Err(Error::BaseUrl { variable: "LLM_BASE_URL".to_owned() });
    }
    Ok(Provider {
        name: "generic".to_owned(),
        base_url: base_url.trim_end_matches('/').to_owned(),
        api_key: read("LLM_API_KEY").map(Secret::new),
        key_variable: "LLM_API_KEY".to_owned(),
        needs_key: false,
        wire: Wire::OpenAiCompatible,
        serves: Serves::Rest,
        models: Vec::new(),
    })
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
        let generic = settings.providers.last().unwrap();
        assert_eq!(
            (generic.base_url.as_str(), &generic.serves),
            ("http://localhost:11434/v1", &Serves::Rest)
        );
    }

    #[test]
    fn a_base_url_that_is_none_is_named_by_its_variable() {
        let error = settings(&[("LLM_BASE_URL", "localhost:11434")]).unwrap_err();
        assert!(error.to_string().contains("LLM_BASE_URL"));
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
