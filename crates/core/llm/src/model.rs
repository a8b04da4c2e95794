//! The models that can be named to users.

use serde::Serialize;

use crate::Settings;

/// A model that may be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// What a request calls it.
    pub id: String,
    /// Who serves it.
    pub provider: String,
    /// Whether only owners with a key of their own can ask it, because the operator has none.
    pub needs_own_key: bool,
    /// Whether it asks nobody and answers by rule.
    pub simulated: bool,
}

/// Every model known by name, and the simulation.
pub(crate) fn listed(settings: &Settings) -> Vec<Model> {
    let of_providers = settings.providers.iter().flat_map(|provider| {
        let needs_own_key = provider.needs_key && provider.api_key.is_none();
        provider.models.iter().map(move |id| Model {
            id: id.clone(),
            provider: provider.name.clone(),
            needs_own_key,
            simulated: false,
        })
    });
    let echo = Model { id: "echo".into(), provider: "echo".into(), needs_own_key: false, simulated: true };
    let aliases = settings.aliases.keys().map(|alias| Model {
        id: alias.clone(),
        provider: "alias".into(),
        needs_own_key: false,
        simulated: false,
    });
    aliases.chain(of_providers).chain([echo]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_say_whose_key_they_need_and_the_simulation_says_what_it_is() {
        let key = |name: &str| (name == "OPENAI_API_KEY").then(|| "key".to_owned());
        let models = listed(&Settings::from_variables(key).unwrap());
        let find = |id: &str| models.iter().find(|model| model.id == id).unwrap();
        assert!(!find("gpt-4o").needs_own_key && find("grok-3").needs_own_key);
        assert!(find("echo").simulated && !find("gpt-4o").simulated);
    }
}
