use std::time::Duration;

use flow::run::{Command, Failure};
use journal::{Flow, FlowStatus};
use kit::ids::{FlowId, OwnerId};

use crate::{Engine, Error, Result};

/// How long active executions may take to end by themselves.
const DRAIN: Duration = Duration::from_secs(30);

impl Engine {
    /// Stops a flow: its triggers start nothing more, active executions have 30 s to end.
    pub async fn stop_flow(&self, owner: OwnerId, id: FlowId, if_match: Option<i64>) -> Result<Flow> {
        let now = self.sources().clock.now();
        let is_idle = self.active_of(id) == 0;
        let flow = self
            .change_flow(owner, id, if_match, |flow| {
                flow.status = match flow.status {
                    FlowStatus::Running | FlowStatus::Starting if !is_idle => FlowStatus::Stopping,
                    FlowStatus::Running | FlowStatus::Starting | FlowStatus::Error => FlowStatus::Stopped,
                    FlowStatus::Stopped | FlowStatus::Stopping => {
                        let status = flow.status.as_str();
                        return Err(Error::WrongState { status, advice: "only a running flow can stop" });
                    }
                };
                flow.updated_at = now;
                Ok(())
            })
            .await?;
        if flow.status == FlowStatus::Stopping {
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.drain_flow(owner, id).await });
        }
        Ok(flow)
    }

    async fn drain_flow(&self, owner: OwnerId, id: FlowId) {
        let mut ends = self.0.committed.subscribe();
        let drained = tokio::time::timeout(DRAIN, async {
            while self.active_of(id) > 0 {
                // A missed message is one more look.
                let _ = tokio::time::timeout(Duration::from_millis(200), ends.recv()).await;
            }
        });
        if drained.await.is_err() {
            let error =
                Failure::permanent("flow_stopped", "the flow was stopped and this did not end within 30 s");
            for active in self.active().values().filter(|active| active.flow == id) {
                // An execution that has just ended takes no command.
                let _ = active.commands.send(Command::Stop { error: error.clone() });
            }
        }
        let now = self.sources().clock.now();
        let stopped = self.change_flow(owner, id, None, |flow| {
            if flow.status == FlowStatus::Stopping {
                flow.status = FlowStatus::Stopped;
                flow.updated_at = now;
            }
            Ok(())
        });
        if let Err(error) = stopped.await {
            tracing::warn!(flow = %id, %error, "a drained flow could not be marked as stopped");
        }
    }

    fn active_of(&self, id: FlowId) -> usize {
        self.active().values().filter(|active| active.flow == id).count()
    }
}
