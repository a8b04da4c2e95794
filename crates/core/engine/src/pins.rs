//! Answers that stand in for the work of listeners in test runs.

use flow::Payload;
use flow::run::Timeline;
use journal::Pin;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::executions::unknown;
use crate::{Engine, Error, Result};

/// What a flow's pins may have together, in bytes of JSON: they are written with every test run.
const MOST_BYTES: usize = 1024 * 1024;

/// Where a pinned answer comes from.
#[derive(Debug, Clone)]
pub enum NewPin {
    /// Somebody wrote it.
    Written(Payload),
    /// A listener gave it last in an execution of the flow.
    Recorded(ExecutionId),
}

impl Engine {
    /// What is pinned in a flow, by the names of the listeners.
    pub async fn pins(&self, owner: OwnerId, flow: FlowId) -> Result<Vec<Pin>> {
        self.get_flow(owner, flow).await?;
        Ok(self.journal().pins(owner, flow).await?)
    }

    /// Pins an answer of a listener, in the place of the one before.
    pub async fn pin(&self, owner: OwnerId, flow: FlowId, listener: &str, new: NewPin) -> Result<Pin> {
        let found = self.get_flow(owner, flow).await?;
        let plan = self.plan(self.saved_version(&found).await?).await?;
        let at = plan.organism.index(listener).ok_or_else(|| unknown(&plan.organism, listener))?;
        if !plan.organism.listener(at).work.can_be_pinned() {
            let message = format!(
                "`{listener}` decides where a message goes or what the flow answers, which no pinned answer can stand for"
            );
            return Err(Error::Invalid { field: "listener", message });
        }
        let (output, execution) = match new {
            NewPin::Written(output) => (output, None),
            NewPin::Recorded(id) => (self.last_answer((owner, flow), id, listener).await?, Some(id)),
        };
        let pin = Pin { listener: listener.to_owned(), output, execution, pinned_at: self.now() };
        self.check_room(owner, flow, &pin).await?;
        self.journal().pin(owner, flow, &pin).await?;
        Ok(pin)
    }

    /// Takes a pinned answer away.
    pub async fn unpin(&self, owner: OwnerId, flow: FlowId, listener: &str) -> Result<()> {
        match self.journal().unpin(owner, flow, listener).await? {
            true => Ok(()),
            false => Err(Error::NotFound("pin")),
        }
    }

    async fn check_room(&self, owner: OwnerId, flow: FlowId, new: &Pin) -> Result<()> {
        let others = self.journal().pins(owner, flow).await?.into_iter();
        let others = others.filter(|pin| pin.listener != new.listener);
        let bytes: usize = others.chain([new.clone()]).map(|pin| pin.output.json().to_string().len()).sum();
        if bytes <= MOST_BYTES {
            return Ok(());
        }
        let message = format!(
            "all that is pinned in the flow would be {bytes} bytes, and may be {MOST_BYTES}: pin less"
        );
        Err(Error::Invalid { field: "output", message })
    }

    async fn last_answer(&self, of: (OwnerId, FlowId), id: ExecutionId, listener: &str) -> Result<Payload> {
        self.execution(of.0, of.1, id).await?;
        let (mut timeline, mut answer) = (Timeline::default(), None);
        for recorded in self.journal().events(id, 0, u32::MAX).await? {
            let told = timeline.read(&recorded.event, recorded.at);
            if told.listener.as_deref() == Some(listener) && told.output.is_some() {
                answer = told.output;
            }
        }
        answer.ok_or_else(|| Error::Invalid {
            field: "executionId",
            message: format!(
                "`{listener}` gave no answer in that execution: name another one, or write the output"
            ),
        })
    }
}
