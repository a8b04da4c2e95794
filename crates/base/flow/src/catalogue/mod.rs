//! What handlers there are: data that the registry of `nodes` fills and everyone else reads.

mod core;

use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

pub use self::core::core_handlers;
pub(crate) use self::core::has_settings_at_listener;

/// Where a handler's work happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HandlerPlace)]
pub enum Place {
    /// Decided by the pure core: structure such as `branch` and `each`, and `agent`.
    Core,
    /// A synchronous function that runs inside the turn: `set`, `calculate`, `convert`.
    Turn,
    /// An asynchronous function that runs after its `StepScheduled` is committed.
    Outside,
}

/// One handler of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Handler)]
pub struct HandlerSpec {
    /// What `handler:` says.
    pub name: &'static str,
    /// One line for people and for the palette.
    pub title: &'static str,
    /// What it does, in a sentence or two.
    pub description: &'static str,
    /// A lucide icon's name.
    pub icon: &'static str,
    /// Where its work happens.
    pub place: Place,
    /// JSON Schema of `config`.
    #[schema(value_type = Object)]
    pub config: Json,
    /// JSON Schema of the input it accepts, where it is not free.
    #[schema(required, value_type = Option<Object>)]
    pub input: Option<Json>,
    /// JSON Schema of what it answers, where that is known.
    #[schema(required, value_type = Option<Object>)]
    pub output: Option<Json>,
    /// How long one attempt may take when the listener does not say, in milliseconds.
    pub timeout_ms: u64,
}

/// Whether a handler of that name pays a model: then tokens are set aside before it runs.
pub(crate) fn asks_a_model(handler: &str) -> bool {
    matches!(handler, "prompt" | "librarian")
}

/// All handlers, in the order of the palette.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Catalogue {
    handlers: Vec<HandlerSpec>,
}

impl Catalogue {
    /// The core's own handlers followed by the given ones.
    pub fn new(handlers: Vec<HandlerSpec>) -> Self {
        Self { handlers: core_handlers().into_iter().chain(handlers).collect() }
    }

    /// The handler of that name.
    pub fn get(&self, name: &str) -> Option<&HandlerSpec> {
        self.handlers.iter().find(|handler| handler.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &HandlerSpec> {
        self.handlers.iter()
    }
}

impl Default for Catalogue {
    /// Only the core's own handlers.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_comes_first_and_its_schemas_compile() {
        let catalogue = Catalogue::default();
        let names: Vec<&str> = catalogue.iter().map(|handler| handler.name).collect();
        assert_eq!(names, ["agent", "branch", "merge", "each", "flow", "delay", "approval", "output"]);
        assert!(catalogue.iter().all(|handler| jsonschema::validator_for(&handler.config).is_ok()));
        assert!(catalogue.get("nobody").is_none());
    }
}
