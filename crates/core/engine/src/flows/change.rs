use journal::{Flow, FlowStatus, Signal};
use kit::ids::{FlowId, OwnerId};
use serde_json::Value as Json;

use crate::{Engine, Error, Result};

/// What is to be changed of a flow; absent stays as it is, `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct FlowChange {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// The text.
    pub organism_yaml: Option<String>,
    /// Positions and viewport.
    pub canvas_state: Option<Option<Json>>,
}

impl Engine {
    /// Changes a flow that does not run; `if_match` is the revision that the caller has seen.
    pub async fn update_flow(
        &self,
        owner: OwnerId,
        id: FlowId,
        if_match: Option<i64>,
        change: FlowChange,
    ) -> Result<Flow> {
        let now = self.sources().clock.now();
        self.change_flow(owner, id, if_match, |flow| {
            if !matches!(flow.status, FlowStatus::Stopped | FlowStatus::Error) {
                return Err(Error::WrongState {
                    status: flow.status.as_str(),
                    advice: "stop it, then edit it",
                });
            }
            if let Some(name) = &change.name {
                flow.name.clone_from(name);
            }
            if let Some(description) = &change.description {
                flow.description.clone_from(description);
            }
            if let Some(text) = &change.organism_yaml {
                flow.organism_yaml.clone_from(text);
            }
            if let Some(canvas) = &change.canvas_state {
                flow.canvas_state.clone_from(canvas);
            }
            flow.updated_at = now;
            Ok(())
        })
        .await
    }

    /// Says that a flow or its triggers have changed, here and on other nodes.
    pub(crate) fn tell_flow(&self, id: FlowId) {
        self.0.webhooks.clear();
        self.journal().tell(&Signal::Flow(id));
    }

    /// Reads, changes and writes a flow; repeats when somebody was faster, unless the caller named a revision.
    pub(crate) async fn change_flow(
        &self,
        owner: OwnerId,
        id: FlowId,
        if_match: Option<i64>,
        mut change: impl FnMut(&mut Flow) -> Result<()> + Send,
    ) -> Result<Flow> {
        loop {
            let mut flow = self.get_flow(owner, id).await?;
            if if_match.is_some_and(|revision| revision != flow.revision) {
                return Err(Error::Stale);
            }
            change(&mut flow)?;
            if self.journal().save_flow(&flow, self.sources().id()).await? {
                flow.revision += 1;
                self.tell_flow(id);
                return Ok(flow);
            }
        }
    }
}
