//! From a model's name to the provider that serves it.

use crate::{Error, Provider, Serves, Settings};

/// A provider, and what it calls the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) model: &'a str,
}

/// The ways to a model, the first to be tried first: those of an alias in its order, else the model's own.
pub(crate) fn routes<'a>(settings: &'a Settings, model: &'a str) -> Result<Vec<Route<'a>>, Error> {
    let Some(models) = settings.aliases.get(model) else { return own(&settings.providers, model) };
    let mut routes = Vec::with_capacity(models.len());
    for model in models {
        routes.extend(own(&settings.providers, model)?);
    }
    Ok(routes)
}

impl Settings {
    /// The provider that is asked first for a model; `None` when there is none, or when it is a simulation.
    pub fn provider_of<'a>(&'a self, model: &'a str) -> Option<&'a Provider> {
        routes(self, model).ok()?.first().map(|route| route.provider)
    }
}

/// The provider named before the slash; else all that list the model, else the one whose names begin like it, else
/// the one of the rest.
fn own<'a>(providers: &'a [Provider], model: &'a str) -> Result<Vec<Route<'a>>, Error> {
    if let Some(route) = named(providers, model) {
        return Ok(vec![route]);
    }
    let lists = |provider: &&Provider| provider.models.iter().any(|listed| listed == model);
    let listed: Vec<_> = providers.iter().filter(lists).map(|provider| Route { provider, model }).collect();
    if !listed.is_empty() {
        return Ok(listed);
    }
    let claimed = providers.iter().find(|provider| claims(provider, model));
    let rest = || providers.iter().find(|provider| provider.serves == Serves::Rest);
    match claimed.or_else(rest) {
        Some(provider) if !model.trim().is_empty() => Ok(vec![Route { provider, model }]),
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

    fn settings(base_url: Option<&str>) -> Settings {
        let read = |name: &str| base_url.filter(|_| name == "LLM_BASE_URL").map(str::to_owned);
        Settings::from_variables(read).unwrap()
    }

    #[test]
    fn a_model_goes_to_its_maker_and_the_rest_to_the_generic_provider() {
        let settings = settings(Some("http://localhost/v1"));
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
            let routes = routes(&settings, asked).unwrap();
            assert_eq!((routes[0].provider.name.as_str(), routes[0].model), (provider, model), "{asked}");
            assert_eq!(routes.len(), 1);
        }
    }

    #[test]
    fn a_model_nobody_serves_says_what_to_do() {
        for model in ["llama3", "", "nobody/gpt-4o"] {
            let error = routes(&settings(None), model).unwrap_err().to_string();
            assert!(error.contains("LLM_BASE_URL") && error.contains("anthropic"), "{error}");
        }
    }
    #[test]
    fn an_alias_stands_for_its_models_in_order_across_vendors() {
        let mut settings = settings(None);
        let models = ["claude-sonnet-4", "openai/gpt-4o"].map(str::to_owned).to_vec();
        settings.aliases.insert("smart".into(), models);
        let routes = routes(&settings, "smart").unwrap();
        let names: Vec<_> = routes.iter().map(|route| (route.provider.name.as_str(), route.model)).collect();
        assert_eq!(names, [("anthropic", "claude-sonnet-4"), ("openai", "gpt-4o")]);
    }

    #[test]
    fn two_providers_that_list_a_model_are_equivalents_by_priority() {
        let mut settings = settings(None);
        for name in ["together", "xai"] {
            let provider = settings.providers.iter_mut().find(|provider| provider.name == name).unwrap();
            provider.models.push("llama-3-70b".into());
        }
        let routes = routes(&settings, "llama-3-70b").unwrap();
        let names: Vec<_> = routes.iter().map(|route| route.provider.name.as_str()).collect();
        assert_eq!(names, ["xai", "together"]);
    }
}
