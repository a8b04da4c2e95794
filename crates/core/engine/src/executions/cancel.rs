use std::time::Duration;

use flow::run::{Command, Failure};
use journal::{Delivery, ExecutionStatus};
use kit::ids::{ExecutionId, FlowId, OwnerId};

use super::Details;
use crate::{Engine, Error, Result};

/// How long a caller waits to see the end; the cancellation is on disk in any case.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(20);

impl Engine {
    /// Ends an execution, whoever runs it: its calls are cut off, nothing of it goes on.
    ///
    /// Answers it as it stands then: ended as `cancelled`, or, when its node takes longer, still running.
    pub async fn cancel(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Details> {
        let execution = self.execution(owner, flow, id).await?;
        let over = |status: ExecutionStatus| Error::WrongState {
            status: status.as_str(),
            advice: "only a running execution can be cancelled",
        };
        if execution.status != ExecutionStatus::Running {
            return Err(over(execution.status));
        }
        let error = Failure::permanent("cancelled", "it was cancelled");
        if self.send(id, "cancel", &Command::Stop { error }).await? == Delivery::Over {
            return Err(over(self.execution(owner, flow, id).await?.status));
        }
        // What it ends as is told by its row; a time-out is a row that still runs.
        let _ = tokio::time::timeout(PATIENCE, self.ended(owner, flow, id)).await;
        self.get_execution(owner, flow, id).await
    }

    async fn ended(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<()> {
        while self.execution(owner, flow, id).await?.status == ExecutionStatus::Running {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}
