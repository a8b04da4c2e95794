//! From a model's name to the provider that serves it.

use crate::{Error, Provider, Serves};

/// A provider, and what it calls the model.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) model: &'a str,
}

/// Finds the provider: named before the slash, else by the name's beginning, else the one of the rest.
pub(crate) fn route<'a>(providers: &'a [Provider], model: &'a str) -> Result<Route<'a>, Error> {
    if let Some(route) = named(providers, model) {
        return Ok(route);
    }
    let own = providers.iter().find(|provider| claims(provider, model));
    let rest = || providers.iter().find(|provider| provider.serves == Serves::Rest);
    match own.or_else(rest) {
        Some(provider) if !model.trim().is_empty() => Ok(Route { provider, model }),
        _ => Err(Error::UnknownModel { model: model.to_owned(), providers: names(providers) }),
    }
}

/// `provider/model`; another word before the slash is part of the model's name, as in `meta-llama/...`.
fn named<'a>(providers: &'a [Provider], model: &'a str) -> Option<Route<'a>> {
    let (name, model) = model.split_once('/').filter(|(_, model)| !model.is_empty())?;
    let provider = providers.iter().find(|provider| provider.name == name)?;
    Some(Route { provider, model })
}

fn claims(provider: &Provider, model: &str) -> bool {
    let model = model.to_lowercase();
    match &provider.serves {
        Serves::Prefixes(prefixes) => prefixes.iter().any(|prefix| model.starts_with(prefix)),
        Serves::Rest => false,
    }
}

fn names(providers: &[Provider]) -> String {
    providers.iter().map(|provider| provider.name.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn providers(base_url: Option<&str>) -> Vec<Provider> {
        let read = |name: &str| base_url.filter(|_| name == "LLM_BASE_URL").map(str::to_owned);
        Settings::from_variables(read).unwrap().providers
    }

    #[test]
    fn a_model_goes_to_its_maker_and_the_rest_to_the_generic_provider() {
        let providers = providers(Some("http://localhost/v1"));
        let expected = [
            ("grok-4.1", "xai", "grok-4.1"),
            ("claude-sonnet-4", "anthropic", "claude-sonnet-4"),
            ("GPT-4o", "openai", "GPT-4o"),
            ("o1", "openai", "o1"),
            ("o3-mini", "openai", "o3-mini"),
            ("o4-mini", "openai", "o4-mini"),
            ("chatgpt-4o-latest", "openai", "chatgpt-4o-latest"),
            ("llama3", "generic", "llama3"),
            ("meta-llama/Llama-3-70b", "generic", "meta-llama/Llama-3-70b"),
            ("together/meta-llama/Llama-3-70b", "together", "meta-llama/Llama-3-70b"),
            ("generic/gpt-oss", "generic", "gpt-oss"),
        ];
        for (asked, provider, model) in expected {
            let route = route(&providers, asked).unwrap();
            assert_eq!((route.provider.name.as_str(), route.model), (provider, model), "{asked}");
        }
    }

    #[test]
    fn a_model_nobody_serves_says_what_to_do() {
        for model in ["llama3", "", "nobody/gpt-4o"] {
            let error = route(&providers(None), model).unwrap_err().to_string();
            assert!(error.contains("LLM_BASE_URL") && error.contains("anthropic"), "{error}");
        }
    }
}
