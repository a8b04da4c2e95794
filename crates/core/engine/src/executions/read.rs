use flow::Payload;
use flow::run::{Event, Ledger, Seq};
use journal::{Execution, ExecutionStatus, MonthlyUsage, Page, Paged, Stats};
use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::{Engine, Error, Result};

/// An execution with what came in and what went out.
#[derive(Debug, Clone)]
pub struct Details {
    /// Its row.
    pub execution: Execution,
    /// The trigger's payload.
    pub input: Option<Payload>,
    /// What it answered.
    pub output: Option<Payload>,
}

impl Engine {
    /// The executions of an owner's flow, the newest first.
    pub async fn list_executions(
        &self,
        owner: OwnerId,
        flow: FlowId,
        status: Option<ExecutionStatus>,
        page: Page,
    ) -> Result<Paged<Execution>> {
        self.get_flow(owner, flow).await?;
        Ok(self.journal().executions(owner, flow, status, page).await?)
    }

    /// An execution of an owner's flow.
    pub async fn get_execution(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Details> {
        let execution = self.execution(owner, flow, id).await?;
        let (mut ledger, mut input, mut output) = (Ledger::default(), None, None);
        for (seq, recorded) in (0_u32..).zip(self.journal().events(id, 0, u32::MAX).await?) {
            ledger.record(Seq(seq), &recorded.event);
            match recorded.event {
                Event::Started { payload, .. } => input = Some(payload),
                Event::Ended(end) if !end.answer.is_empty() => output = Some(ledger.answer(&end.answer)),
                _ => {}
            }
        }
        Ok(Details { execution, input, output })
    }

    /// Sums over the executions of an owner's flow.
    pub async fn stats(&self, owner: OwnerId, flow: FlowId) -> Result<Stats> {
        self.get_flow(owner, flow).await?;
        Ok(self.journal().stats(flow).await?)
    }

    /// What an owner has used this month.
    pub async fn monthly_usage(&self, owner: OwnerId) -> Result<MonthlyUsage> {
        Ok(self.journal().monthly_usage(owner, self.sources().clock.now()).await?)
    }

    pub(super) async fn execution(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Execution> {
        self.get_flow(owner, flow).await?;
        self.journal().execution(owner, flow, id).await?.ok_or(Error::NotFound("execution"))
    }
}
