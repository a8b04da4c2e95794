use flow::organism::DEFAULT_YAML;
use journal::{Flow, NewFlow};
use kit::ids::OwnerId;
use serde_json::Value as Json;

use crate::{Engine, Result};

/// What a new flow is made from.
#[derive(Debug, Clone, Default)]
pub struct FlowDraft {
    /// 1 to 100 characters; checked at the edge.
    pub name: String,
    /// Up to 500 characters.
    pub description: Option<String>,
    /// The text; a small flow that runs when absent.
    pub organism_yaml: Option<String>,
    /// Positions and viewport.
    pub canvas_state: Option<Json>,
}

impl Engine {
    /// Adds a flow unless the owner has `flows_limit` of them. A text with errors is kept; it cannot be started.
    pub async fn create_flow(&self, owner: OwnerId, flows_limit: u32, draft: FlowDraft) -> Result<Flow> {
        let new = NewFlow {
            id: self.sources().id(),
            version: self.sources().id(),
            name: draft.name,
            description: draft.description,
            organism_yaml: draft.organism_yaml.unwrap_or_else(|| DEFAULT_YAML.to_owned()),
            canvas_state: draft.canvas_state,
            now: self.sources().clock.now(),
        };
        Ok(self.journal().create_flow(owner, flows_limit, new).await?)
    }
}
