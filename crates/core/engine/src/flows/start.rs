use journal::{Flow, FlowStatus};
use kit::ids::{FlowId, OwnerId};

use crate::{Engine, Error, Result};

impl Engine {
    /// Starts a stopped flow: from here on its triggers start executions of the present text.
    pub async fn start_flow(&self, owner: OwnerId, id: FlowId, if_match: Option<i64>) -> Result<Flow> {
        let flow = self.get_flow(owner, id).await?;
        let (now, plan) = (self.now(), self.plan(self.saved_version(&flow).await?).await?);
        let started = self.change_flow(owner, id, Some(if_match.unwrap_or(flow.revision)), |flow| {
            if !matches!(flow.status, FlowStatus::Stopped | FlowStatus::Error) {
                return Err(Error::WrongState {
                    status: flow.status.as_str(),
                    advice: "only a stopped flow can start",
                });
            }
            flow.status = FlowStatus::Running;
            flow.error_message = None;
            flow.node = Some(self.node());
            flow.version = Some(plan.version);
            flow.concurrency = plan.organism.concurrency;
            flow.updated_at = now;
            Ok(())
        });
        let flow = started.await?;
        // What was held while it stood still goes on.
        self.look_soon();
        Ok(flow)
    }
}
