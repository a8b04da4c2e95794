use flow::Payload;
use flow::run::{Event, Ledger, Seq};
use journal::{
    Execution, ExecutionPlace, ExecutionStatus, Found, MonthlyUsage, Page, Paged, RunPoint, Search, Stats,
};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::running::caller_of;
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
    /// The execution that called it, and that one's flow.
    pub caller: Option<(ExecutionId, FlowId)>,
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

    /// Executions over all flows of an owner, the newest first, behind a place.
    pub async fn search_executions(
        &self,
        owner: OwnerId,
        search: &Search,
        after: Option<ExecutionPlace>,
        limit: u32,
    ) -> Result<Found> {
        if let Some(flow) = search.flow {
            self.get_flow(owner, flow).await?;
        }
        Ok(self.journal().search(owner, search, after, limit).await?)
    }

    /// What ended of an owner's executions, one flow's or all flows', by steps of whole hours; see the journal.
    pub async fn run_series(
        &self,
        owner: OwnerId,
        flow: Option<FlowId>,
        span: (Timestamp, Timestamp),
        step_hours: u32,
    ) -> Result<Vec<RunPoint>> {
        if let Some(flow) = flow {
            self.get_flow(owner, flow).await?;
        }
        Ok(self.journal().run_series((owner, flow), span, step_hours).await?)
    }

    /// An execution of an owner's flow.
    pub async fn get_execution(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Details> {
        let execution = self.execution(owner, flow, id).await?;
        let (mut ledger, mut input, mut output, mut caller) = (Ledger::default(), None, None, None);
        for (seq, recorded) in (0_u32..).zip(self.journal().events(id, 0, u32::MAX).await?) {
            ledger.record(Seq(seq), &recorded.event);
            match recorded.event {
                Event::Started { payload, facts, .. } => {
                    input = Some(payload);
                    caller = caller_of(facts.json()).map(|(execution, flow, _)| (execution, flow));
                }
                Event::Ended(end) if !end.answer.is_empty() => output = Some(ledger.answer(&end.answer)),
                _ => {}
            }
        }
        Ok(Details { execution, input, output, caller })
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

    pub(crate) async fn execution(&self, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<Execution> {
        self.get_flow(owner, flow).await?;
        self.journal().execution(owner, flow, id).await?.ok_or(Error::NotFound("execution"))
    }
}
