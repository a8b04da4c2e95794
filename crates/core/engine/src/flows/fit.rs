use std::sync::{Arc, PoisonError};

use flow::fit::{EdgeFit, Seen, fit};
use journal::{ExecutionStatus, Page};
use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::{Engine, Result};

/// How many executions are looked at for one that shows what goes along the lines.
const LOOKED_AT: u32 = 3;
/// Events of it that are read.
const READ: u32 = 500;
/// Executions whose showing is kept; beyond that all are read again.
const MOST_SEEN: usize = 500;

/// What an execution showed; nothing where it was a test of one listener.
pub(crate) type Showing = Option<Arc<Seen>>;

impl Engine {
    /// How the listeners of a text fit each other, as far as the text and the catalogue say it.
    pub fn fit(&self, text: &str) -> Vec<EdgeFit> {
        fit(text, self.catalogue(), &Seen::default())
    }

    /// The same of an owner's flow, with what its last execution showed; of its saved text when no other is given.
    pub async fn fit_of_flow(&self, owner: OwnerId, id: FlowId, text: Option<&str>) -> Result<Vec<EdgeFit>> {
        let flow = self.get_flow(owner, id).await?;
        let seen = self.seen(owner, id).await?.unwrap_or_default();
        Ok(fit(text.unwrap_or(&flow.organism_yaml), self.catalogue(), &seen))
    }

    async fn seen(&self, owner: OwnerId, flow: FlowId) -> Result<Showing> {
        let page = Page { number: 1, size: LOOKED_AT };
        for execution in self.journal().executions(owner, flow, None, page).await?.items {
            let is_over = execution.status != ExecutionStatus::Running;
            if let Some(seen) = self.showing(execution.id, is_over).await? {
                return Ok(Some(seen));
            }
        }
        Ok(None)
    }

    /// What an execution showed; once it is over, it is read once however often somebody types.
    async fn showing(&self, id: ExecutionId, is_over: bool) -> Result<Showing> {
        let kept = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let events = self.journal().events(id, 0, READ).await?;
        let seen = Seen::of(events.iter().map(|recorded| &recorded.event)).map(Arc::new);
        if is_over {
            let mut kept = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MOST_SEEN {
                kept.clear();
            }
            kept.insert(id, seen.clone());
        }
        Ok(seen)
    }
}
