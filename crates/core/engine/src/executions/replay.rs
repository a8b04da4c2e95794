use flow::run::{Event, MOST_ADOPTED};
use journal::{ExecutionStatus, TriggerKind};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::running::{Cause, Message, Started, runs};
use crate::{Engine, Error, Result};

/// Which text a replay runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplayOn {
    /// The one that the flow runs now.
    #[default]
    Current,
    /// The one that the execution ran.
    Original,
}

/// Which executions are replayed together.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReplayFilter {
    /// Only those that ended so.
    pub status: Option<ExecutionStatus>,
    /// Only those that started then or later.
    pub started_from: Option<Timestamp>,
    /// Only those that started before.
    pub started_before: Option<Timestamp>,
}

/// How an execution is run again.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReplayWish {
    /// Which text it runs.
    pub on: ReplayOn,
    /// The seq of any event of the step that it begins with; it begins with the trigger's message when absent.
    pub from_step: Option<u32>,
}

impl Engine {
    /// Runs a finished execution again: a new execution, which names the old one in `trigger.replayOf`.
    ///
    /// It begins with what its trigger brought, or from a step, with what was recorded beside and before it. That fails
    /// with `NoStep` when there is no such step, with `CannotAdopt` when the text does not carry on what was recorded.
    pub async fn replay_execution(
        &self,
        owner: OwnerId,
        flow: FlowId,
        id: ExecutionId,
        wish: ReplayWish,
    ) -> Result<Started> {
        let found = self.get_flow(owner, flow).await?;
        let execution = self.execution(owner, flow, id).await?;
        // A test stays one, and needs no flow that runs.
        let is_test = execution.trigger_kind == TriggerKind::Test;
        let current = match is_test {
            true => self.saved_version(&found).await?,
            false => runs(found.status, found.version)?,
        };
        if execution.status == ExecutionStatus::Running {
            return Err(Error::NotOver);
        }
        let version = match wish.on {
            ReplayOn::Current => current,
            ReplayOn::Original => execution.version,
        };
        let cause = Cause {
            owner,
            flow,
            version,
            is_current: wish.on == ReplayOn::Current && !is_test,
            trigger: execution.trigger,
            kind: if is_test { TriggerKind::Test } else { TriggerKind::Manual },
            claim: None,
            call: None,
            listens: false,
        };
        match wish.from_step {
            Some(from) => {
                // One more than may be adopted tells that there are more.
                let limit = u32::try_from(MOST_ADOPTED + 1).unwrap_or(u32::MAX);
                let events = self.journal().events(id, 0, limit).await?;
                let events = events.into_iter().map(|recorded| recorded.event).collect();
                self.birth_from(cause, id, (events, from)).await
            }
            None => self.birth(cause, self.message_of(id).await?).await,
        }
    }

    /// What an execution's trigger brought.
    pub(super) async fn message_of(&self, id: ExecutionId) -> Result<Message> {
        let first = self.journal().events(id, 0, 1).await?.into_iter().next();
        let Some(Event::Started { payload, facts, test, .. }) = first.map(|recorded| recorded.event) else {
            return Err(Error::NotFound("execution"));
        };
        let facts = facts.json();
        Ok(Message {
            payload: payload.json().clone(),
            headers: facts["headers"].clone(),
            query: facts["query"].clone(),
            method: facts["method"].as_str().map(ToOwned::to_owned),
            time: facts["time"].as_str().and_then(Timestamp::parse),
            replay_of: Some(id),
            caller: None,
            trigger_payload: facts.get("payload").cloned(),
            test,
        })
    }

    /// The finished executions of an owner's flow that a filter takes, the oldest first; at most `limit`.
    pub async fn replayable(
        &self,
        owner: OwnerId,
        flow: FlowId,
        filter: ReplayFilter,
        limit: u32,
    ) -> Result<Vec<ExecutionId>> {
        self.get_flow(owner, flow).await?;
        let from = filter.started_from.unwrap_or_default();
        let before = filter.started_before.unwrap_or_else(|| self.sources().clock.now());
        Ok(self.journal().finished_executions((owner, flow), filter.status, (from, before), limit).await?)
    }
}
