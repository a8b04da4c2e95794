use std::sync::Arc;
use std::time::Duration;

use flow::Payload;
use kit::ids::{ExecutionId, FlowId, OwnerId};
use tokio::sync::watch;

use super::reply::Finished;
use super::run::{Origin, Run};
use super::secrets::OpenSecrets;
use crate::{Engine, Error, Result};

/// How often somebody who waits looks by himself: what happens on another node makes no sound here.
const LOOK: Duration = Duration::from_millis(500);

/// An execution that is on disk.
pub struct Started {
    /// Its id.
    pub id: ExecutionId,
    /// Whether an earlier delivery had made it.
    pub is_repeated: bool,
    owner: OwnerId,
    flow: FlowId,
    engine: Engine,
    /// Tells what it answers, as long as this process drives it.
    reply: Option<watch::Receiver<Option<Finished>>>,
}

impl Started {
    pub(super) fn here(
        engine: &Engine,
        (id, owner, flow): (ExecutionId, OwnerId, FlowId),
        reply: watch::Receiver<Option<Finished>>,
    ) -> Self {
        Self { id, is_repeated: false, owner, flow, engine: engine.clone(), reply: Some(reply) }
    }

    pub(super) fn earlier(engine: &Engine, (id, owner, flow): (ExecutionId, OwnerId, FlowId)) -> Self {
        Self { id, is_repeated: true, owner, flow, engine: engine.clone(), reply: None }
    }

    /// What the flow answers, when it does within the deadline; the execution goes on in any case.
    pub async fn result(self, deadline: Duration) -> Option<Finished> {
        tokio::time::timeout(deadline, self.answer()).await.ok()
    }

    async fn answer(mut self) -> Finished {
        if let Some(reply) = &mut self.reply
            && let Ok(answered) = reply.wait_for(Option::is_some).await
            && let Some(finished) = answered.clone()
        {
            return finished;
        }
        self.answer_from_the_journal().await
    }

    /// For an execution that another node drives, or an earlier delivery has made.
    async fn answer_from_the_journal(&self) -> Finished {
        let mut committed = self.engine.0.committed.subscribe();
        loop {
            match self.engine.finished(self.owner, self.flow, self.id).await {
                Ok(Some(finished)) => return finished,
                Ok(None) => {}
                Err(error) => tracing::warn!(execution = %self.id, %error, "its answer could not be read"),
            }
            let heard = async { while matches!(committed.recv().await, Ok(other) if other != self.id) {} };
            // The time-out is the other reason to look again.
            let _ = tokio::time::timeout(LOOK, heard).await;
        }
    }
}

impl Engine {
    /// What an execution answers by its journal; `None` as long as it does not.
    async fn finished(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Option<Finished>> {
        let execution =
            self.journal().execution(owner, flow, id).await?.ok_or(Error::NotFound("execution"))?;
        let origin = Origin {
            id,
            flow,
            owner,
            tier: String::new(),
            node: self.node(),
            epoch: execution.epoch,
            started_at: execution.started_at,
        };
        let plan = self.plan(execution.version).await?;
        // Replaying evaluates nothing: neither variables nor secrets are needed.
        let mut run = Run::new(origin, plan, Payload::default(), Arc::new(OpenSecrets::default()));
        self.replay(&mut run).await?;
        Ok(run.finished())
    }
}
