//! The providers that need no description: a key in the environment is enough.

use kit::Secret;

use super::{Provider, Serves, Timeouts};
use crate::{Error, Wire};

/// The built-in ones, Ollama behind `OLLAMA_BASE_URL`, and any other service behind `LLM_BASE_URL`.
pub(super) fn providers(read: &impl Fn(&str) -> Option<String>) -> Result<Vec<Provider>, Error> {
    let mut providers: Vec<Provider> = KNOWN.iter().map(|known| known.provider(read)).collect();
    if let Some(url) = read("OLLAMA_BASE_URL") {
        let base_url = base_url(&url, "OLLAMA_BASE_URL")?;
        providers.push(keyless("ollama", base_url, Serves::Prefixes(Vec::new()), ("OLLAMA_API_KEY", read)));
    }
    if let Some(url) = read("LLM_BASE_URL") {
        let base_url = base_url(&url, "LLM_BASE_URL")?;
        providers.push(keyless("generic", base_url, Serves::Rest, ("LLM_API_KEY", read)));
    }
    Ok(providers)
}

/// A base URL without a slash at its end; `variable` names it when it is none.
pub(super) fn base_url(url: &str, variable: &str) -> Result<String, Error> {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(Error::BaseUrl { variable: variable.to_owned() });
    }
    Ok(url.trim_end_matches('/').to_owned())
}

struct Known {
    name: &'static str,
    base_url: &'static str,
    key_variable: &'static str,
    wire: Wire,
    has_responses: bool,
    prefixes: &'static [&'static str],
    models: &'static [&'static str],
    priority: u32,
    concurrency: usize,
}

/// Names, addresses, models, priorities and concurrency: the original system's table of providers.
const KNOWN: [Known; 4] = [
    Known {
        name: "anthropic",
        base_url: "https://api.anthropic.com/v1",
        key_variable: "ANTHROPIC_API_KEY",
        wire: Wire::Anthropic,
        has_responses: false,
        prefixes: &["claude"],
        models: &["claude-sonnet-4-20250514", "claude-opus-4-20250514"],
        priority: 1,
        concurrency: 100,
    },
    Known {
        name: "xai",
        base_url: "https://api.x.ai/v1",
        key_variable: "XAI_API_KEY",
        wire: Wire::OpenAiCompatible,
        has_responses: true,
        prefixes: &["grok"],
        models: &["grok-4.1", "grok-3", "grok-3-mini"],
        priority: 1,
        concurrency: 50,
    },
    Known {
        name: "openai",
        base_url: "https://api.openai.com/v1",
        key_variable: "OPENAI_API_KEY",
        wire: Wire::OpenAi,
        has_responses: true,
        prefixes: &["gpt", "chatgpt", "o1", "o3", "o4", "text-embedding"],
        models: &["gpt-4o", "gpt-4o-mini", "o1", "o3-mini"],
        priority: 2,
        concurrency: 50,
    },
    // Its models have their makers' names, so it is asked by its own: `together/meta-llama/...`.
    Known {
        name: "together",
        base_url: "https://api.together.xyz/v1",
        key_variable: "TOGETHER_API_KEY",
        wire: Wire::OpenAiCompatible,
        has_responses: false,
        prefixes: &[],
        models: &[],
        priority: 3,
        concurrency: 100,
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
            has_responses: self.has_responses,
            serves: Serves::Prefixes(owned(self.prefixes)),
            models: owned(self.models),
            priority: self.priority,
            concurrency: self.concurrency,
            timeouts: Timeouts::default(),
        }
    }
}

/// A service that speaks OpenAI's chat completions; one in the operator's house may need no key.
fn keyless(
    name: &str,
    base_url: String,
    serves: Serves,
    (key_variable, read): (&str, &impl Fn(&str) -> Option<String>),
) -> Provider {
    Provider {
        name: name.to_owned(),
        base_url,
        api_key: read(key_variable).map(Secret::new),
        key_variable: key_variable.to_owned(),
        needs_key: false,
        wire: Wire::OpenAiCompatible,
        has_responses: false,
        serves,
        models: Vec::new(),
        priority: 4,
        concurrency: 50,
        timeouts: Timeouts::default(),
    }
}
