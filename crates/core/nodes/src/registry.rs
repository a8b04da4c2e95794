use std::sync::Arc;

use engine::{Handler, Registry, TurnHandler};
use kit::Clock;

use crate::agent::Agent;
use crate::calculate::Calculate;
use crate::convert::Convert;
use crate::email::{Email, MailSettings};
use crate::http::Http;
use crate::kv::Memory;
use crate::prompt::Prompt;
use crate::search::{Search, SearchProvider};
use crate::set::Set;

/// What an operator has set up beside models.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// Where `email` goes; without it the handler says so.
    pub mail: Option<MailSettings>,
    /// Where `search` asks; without it the handler says so.
    pub search: Option<SearchProvider>,
}

/// Every built-in handler, in the order of the palette. A new one is a file, and a line here.
pub fn registry(client: net::Client, gateway: llm::Gateway, clock: Clock, services: Services) -> Registry {
    let turn: Vec<Arc<dyn TurnHandler>> = vec![Arc::new(Set), Arc::new(Calculate), Arc::new(Convert)];
    let outside: Vec<Arc<dyn Handler>> = vec![
        Arc::new(Prompt::new(gateway.clone())),
        Arc::new(Agent::new(gateway)),
        Arc::new(Http::new(client.clone(), clock.clone())),
        Arc::new(Memory),
        Arc::new(Email::new(client.clone(), services.mail, clock)),
        Arc::new(Search::new(client, services.search)),
    ];
    Registry::new(turn, outside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gateway;
    use engine::flow::catalogue::{HandlerSpec, Place};
    use kit::Timestamp;
    use serde_json::Value as Json;

    fn specs() -> Vec<HandlerSpec> {
        let (client, gateway) = gateway();
        let catalogue =
            registry(client, gateway, Clock::manual(Timestamp::from_millis(0)), Services::default())
                .catalogue();
        let ours = |spec: &&HandlerSpec| spec.place != Place::Core;
        catalogue.iter().filter(ours).cloned().collect()
    }

    #[test]
    fn the_catalogue_lists_every_handler_once() {
        let specs = specs();
        let names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        assert_eq!(names, ["set", "calculate", "convert", "prompt", "http", "kv", "email", "search"]);
        let in_turn: Vec<&str> =
            specs.iter().filter(|spec| spec.place == Place::Turn).map(|spec| spec.name).collect();
        assert_eq!(in_turn, ["set", "calculate", "convert"]);
    }

    #[test]
    fn a_form_can_be_made_of_every_configuration() {
        for spec in specs() {
            assert_eq!(spec.config["type"], "object", "{}", spec.name);
            assert!(!spec.icon.is_empty() && spec.timeout_ms >= 1_000, "{}", spec.name);
            let properties = spec.config["properties"].as_object().unwrap();
            for required in spec.config["required"].as_array().into_iter().flatten() {
                assert!(properties.contains_key(required.as_str().unwrap()), "{}.{required}", spec.name);
            }
            for (name, property) in properties {
                let is_told = |key: &str| property[key].as_str().is_some_and(|text| !text.is_empty());
                assert!(is_told("title") && is_told("description"), "{}.{name}", spec.name);
            }
        }
    }

    #[test]
    fn what_a_tool_takes_is_an_object() {
        // Providers accept nothing else as the arguments of a tool.
        for spec in specs() {
            assert!(
                spec.input.as_ref().is_none_or(|input: &Json| input["type"] == "object"),
                "{}",
                spec.name
            );
        }
    }
}
