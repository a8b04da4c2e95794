use flow::organism::Diagnostic;
use journal::{Flow, FlowSummary, Page, Paged};
use kit::ids::{FlowId, OwnerId};

use crate::{Engine, Error, Result};

impl Engine {
    /// An owner's flow.
    pub async fn get_flow(&self, owner: OwnerId, id: FlowId) -> Result<Flow> {
        self.journal().flow(owner, id).await?.ok_or(Error::NotFound("flow"))
    }

    /// An owner's flows, the last changed first.
    pub async fn list_flows(&self, owner: OwnerId, page: Page) -> Result<Paged<FlowSummary>> {
        Ok(self.journal().flows(owner, page).await?)
    }

    /// What there is to say about a flow's text.
    pub fn validate(&self, text: &str) -> Vec<Diagnostic> {
        flow::organism::read(text, self.catalogue()).diagnostics
    }
}
