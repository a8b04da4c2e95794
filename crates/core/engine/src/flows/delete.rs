use journal::FlowStatus;
use kit::ids::{FlowId, OwnerId};

use crate::{Engine, Error, Result};

impl Engine {
    /// Deletes a flow that does not run, with its triggers and executions; what those remember goes behind the answer.
    pub async fn delete_flow(&self, owner: OwnerId, id: FlowId, if_match: Option<i64>) -> Result<()> {
        loop {
            let flow = self.get_flow(owner, id).await?;
            if if_match.is_some_and(|revision| revision != flow.revision) {
                return Err(Error::Stale);
            }
            if !matches!(flow.status, FlowStatus::Stopped | FlowStatus::Error) {
                return Err(Error::WrongState {
                    status: flow.status.as_str(),
                    advice: "stop it, then delete it",
                });
            }
            if self.journal().delete_flow(&flow).await? {
                self.tell_flow(id);
                self.0.tasks.spawn(self.clone().clear_up());
                return Ok(());
            }
        }
    }
}
