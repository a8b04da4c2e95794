use std::time::Duration;

use flow::run::{State, apply};
use journal::Recorded;
use kit::ids::{ExecutionId, FlowId, OwnerId};
use tokio::sync::{broadcast, watch};

use super::reply::Finished;
use super::voice::Hearing;
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
    /// What models say in it, for whoever asked for that.
    hearing: Option<Hearing>,
}

impl Started {
    pub(super) fn here(
        engine: &Engine,
        (id, owner, flow): (ExecutionId, OwnerId, FlowId),
        reply: watch::Receiver<Option<Finished>>,
    ) -> Self {
        Self {
            id,
            is_repeated: false,
            owner,
            flow,
            engine: engine.clone(),
            reply: Some(reply),
            hearing: None,
        }
    }

    pub(super) fn earlier(engine: &Engine, (id, owner, flow): (ExecutionId, OwnerId, FlowId)) -> Self {
        Self { id, is_repeated: true, owner, flow, engine: engine.clone(), reply: None, hearing: None }
    }

    pub(super) fn heard_by(self, hearing: Option<Hearing>) -> Self {
        Self { hearing, ..self }
    }

    /// What models say in it from its beginning on, where that was asked for.
    pub fn take_hearing(&mut self) -> Option<Hearing> {
        self.hearing.take()
    }

    /// What the flow answers, when it does within the deadline; the execution goes on in any case.
    pub async fn result(mut self, deadline: Duration) -> Option<Finished> {
        let told = self.reply.as_ref().and_then(|reply| reply.borrow().clone());
        match told {
            Some(finished) => Some(finished),
            None => tokio::time::timeout(deadline, self.answer()).await.ok(),
        }
    }

    async fn answer(&mut self) -> Finished {
        let mut committed = self.engine.0.committed.subscribe();
        loop {
            // What this node drives tells by itself; what waits, or is another's, tells in the journal.
            let is_here = self.reply.is_some() && self.engine.drives(self.id);
            if !is_here && let Some(finished) = self.read().await {
                return finished;
            }
            let heard = heard(&mut committed, self.id);
            tokio::select! {
                finished = told(&mut self.reply) => return finished,
                () = heard, if !is_here => {}
                // The other reason to look again.
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn read(&self) -> Option<Finished> {
        match self.engine.finished(self.owner, self.flow, self.id).await {
            Ok(finished) => finished,
            Err(error) => {
                tracing::warn!(execution = %self.id, %error, "its answer could not be read");
                None
            }
        }
    }
}

/// Comes back when that execution was committed, or when that may have been missed.
async fn heard(committed: &mut broadcast::Receiver<ExecutionId>, id: ExecutionId) {
    while matches!(committed.recv().await, Ok(other) if other != id) {}
}

/// What is told by this node; nothing ever, where nobody tells.
async fn told(reply: &mut Option<watch::Receiver<Option<Finished>>>) -> Finished {
    if let Some(reply) = reply
        && let Ok(told) = reply.wait_for(Option::is_some).await
        && let Some(finished) = told.clone()
    {
        return finished;
    }
    std::future::pending().await
}

impl Engine {
    /// What an execution answers by its journal; `None` as long as it does not.
    async fn finished(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Option<Finished>> {
        let execution = self.journal().execution(owner, flow, id).await?;
        let execution = execution.ok_or(Error::NotFound("execution"))?;
        let plan = self.plan(execution.version).await?;
        let mut state = State::new(&id.to_string(), execution.started_at);
        for Recorded { event, at } in self.journal().events(id, 0, u32::MAX).await? {
            apply(&plan.organism, &mut state, &event, at);
        }
        Ok(Finished::of(&state))
    }
}
