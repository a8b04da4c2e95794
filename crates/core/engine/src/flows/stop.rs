use std::time::Duration;

use flow::run::{Command, Failure};
use journal::{Flow, FlowStatus};
use kit::ids::{FlowId, OwnerId};

use crate::running::letter;
use crate::{Engine, Error, Result};

/// How long active executions may take to end by themselves.
const DRAIN_MS: i64 = 30_000;
/// How often the node that was asked to stop a flow looks whether it has.
const LOOK: Duration = Duration::from_millis(100);
/// Of several commands with this id, the first counts: a stop may be finished by more than one node.
const COMMAND: &str = "stop";

/// What becomes of executions that wait when their flow stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Waiting {
    /// They stay, and go on when the flow runs again.
    #[default]
    Keep,
    /// They end as `flow_stopped`.
    Cancel,
}

impl Engine {
    /// Stops a flow: nothing more is born once this returns, and executions that run have 30 s to end.
    pub async fn stop_flow(
        &self,
        owner: OwnerId,
        id: FlowId,
        if_match: Option<i64>,
        waiting: Waiting,
    ) -> Result<Flow> {
        let now = self.now();
        let stopping = self.change_flow(owner, id, if_match, |flow| {
            flow.status = match flow.status {
                FlowStatus::Running | FlowStatus::Starting => FlowStatus::Stopping,
                FlowStatus::Error => FlowStatus::Stopped,
                FlowStatus::Stopped | FlowStatus::Stopping => {
                    let status = flow.status.as_str();
                    return Err(Error::WrongState { status, advice: "only a running flow can stop" });
                }
            };
            flow.updated_at = now;
            Ok(())
        });
        let mut flow = stopping.await?;
        if waiting == Waiting::Cancel {
            self.journal().send_to_waiting(id, &letter(COMMAND, &stop()), now).await?;
            self.call_for_claims();
        }
        if flow.status == FlowStatus::Stopping && !self.finish_stop(&mut flow).await? {
            let (engine, mut flow) = (self.clone(), flow.clone());
            self.0.tasks.spawn(async move { engine.follow_stop(&mut flow).await });
        }
        Ok(flow)
    }

    /// Finishes stops that others have begun: their node may be gone.
    pub(crate) async fn finish_stops(&self) -> Result<()> {
        for mut flow in self.journal().flows_in_status(FlowStatus::Stopping).await? {
            self.finish_stop(&mut flow).await?;
        }
        Ok(())
    }

    async fn follow_stop(&self, flow: &mut Flow) {
        while !self.0.closed.is_cancelled() {
            match self.finish_stop(flow).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::warn!(flow = %flow.id, %error, "a stop could not be finished"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Marks a flow as stopped when nothing of it runs any more; ends what still does after 30 s.
    ///
    /// Answers whether the flow is no longer stopping.
    async fn finish_stop(&self, flow: &mut Flow) -> Result<bool> {
        let running = self.journal().leased_of_flow(flow.id).await?;
        if running > 0 {
            if self.now().since_ms(flow.updated_at) >= DRAIN_MS {
                for execution in self.journal().running_of_flow(flow.id).await? {
                    self.send(execution, COMMAND, &stop()).await?;
                }
            }
            return Ok(false);
        }
        let now = self.now();
        let stopped = self.change_flow(flow.owner, flow.id, None, |flow| {
            if flow.status == FlowStatus::Stopping {
                flow.status = FlowStatus::Stopped;
                flow.updated_at = now;
            }
            Ok(())
        });
        *flow = stopped.await?;
        Ok(true)
    }
}

fn stop() -> Command {
    let message = "the flow was stopped and this did not end within 30 s";
    Command::Stop { error: Failure::permanent("flow_stopped", message) }
}
