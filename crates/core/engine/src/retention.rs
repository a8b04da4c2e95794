//! Executions that are over go after a while, as their owner's tier says.

use std::collections::HashMap;

use journal::{ExecutionStatus, OldExecution, Stale};
use kit::Timestamp;
use kit::ids::{FlowId, OwnerId};
use tokio::time::Instant;

use crate::engine::Readiness;
use crate::{Engine, Error, Result};

/// How long one node has the turn to prune for all: it is over when it is called the next time.
const TURN_MS: i64 = 10 * 60 * 1_000 - 5_000;
/// When it stops for this turn; the next one goes on there.
const STOP_AFTER_MS: i64 = 8 * 60 * 1_000;
/// Flows looked at with one question.
const FLOWS: u32 = 100;
/// How long it is known how many ran in an hour: what the longest series shows.
const RUN_HOURS_KEPT_MS: i64 = 91 * 24 * 60 * 60 * 1_000;
/// Rows of such hours that one transaction removes.
const RUN_HOURS: u32 = 1_000;
/// After each transaction the database is left to others for so many times as long.
const REST: u32 = 3;

/// What is kept of a flow's finished executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// For how long after their end; for ever when absent.
    pub age_ms: Option<i64>,
    /// At least so many of the newest; any number when absent.
    pub executions: Option<u64>,
}

/// One node's turn to prune.
struct Turn<'a> {
    engine: &'a Engine,
    now: Timestamp,
    retentions: HashMap<OwnerId, Retention>,
    pruned: u64,
}

impl Engine {
    /// Removes what has had its time, in small transactions with rests between them; answers how many executions.
    ///
    /// Of all nodes on a database one has the turn; on the others nothing happens. To be called every few minutes.
    pub async fn prune(&self) -> Result<u64> {
        let now = self.now();
        let turn = self.journal().take_pruning_turn(now, now.plus_ms(TURN_MS)).await?;
        let Some(place) = turn else { return Ok(0) };
        let mut turn = Turn { engine: self, now, retentions: HashMap::new(), pruned: 0 };
        turn.clear().await?;
        turn.go_on_after(place).await?;
        turn.clear().await?;
        Ok(turn.pruned)
    }
}

impl Engine {
    /// Removes what deleted flows have left, with rests between; what a crash leaves goes with the next turn.
    pub(crate) async fn clear_up(self) {
        let turn = Turn { engine: &self, now: self.now(), retentions: HashMap::new(), pruned: 0 };
        if let Err(error) = turn.clear_remains().await {
            tracing::warn!(%error, "what a deleted flow has left goes later");
        }
    }
}

impl Turn<'_> {
    /// What belongs to no flow that has to be asked: events whose execution has gone, and memory with an end.
    async fn clear(&self) -> Result<()> {
        let journal = self.engine.journal();
        self.clear_remains().await?;
        journal.prune_kv(self.now).await?;
        let oldest = self.now.plus_ms(-RUN_HOURS_KEPT_MS);
        while self.may_go_on()
            && self.rested(journal.prune_run_hours(oldest, RUN_HOURS)).await? == u64::from(RUN_HOURS)
        {
        }
        Ok(())
    }

    async fn clear_remains(&self) -> Result<()> {
        while self.may_go_on() && self.rested(self.engine.journal().clear_remains()).await? {}
        Ok(())
    }

    async fn go_on_after(&mut self, mut place: Option<FlowId>) -> Result<()> {
        let journal = self.engine.journal();
        loop {
            let flows = journal.flows_with_finished(place, FLOWS).await?;
            for (flow, owner, finished) in &flows {
                if !self.may_go_on() {
                    return Ok(journal.note_pruned_up_to(place).await?);
                }
                self.prune_flow(*flow, *owner, *finished).await?;
                place = Some(*flow);
            }
            if flows.len() < FLOWS as usize {
                return Ok(journal.note_pruned_up_to(None).await?);
            }
        }
    }

    async fn prune_flow(&mut self, flow: FlowId, owner: OwnerId, finished: u64) -> Result<()> {
        let Retention { age_ms, executions } = self.retention(owner).await?;
        let before = self.pruned;
        if let Some(age_ms) = age_ms {
            let oldest = self.now.plus_ms(-age_ms);
            self.prune_older(flow, oldest, oldest).await?;
        }
        if let Some(most) = executions
            && finished - (self.pruned - before).min(finished) > most
        {
            // What runs takes none of their places.
            let running = self.engine.journal().stats(flow).await?.kept(Some(ExecutionStatus::Running));
            let oldest = self.engine.journal().start_of_newest(flow, most + running).await?;
            self.prune_older(flow, oldest.unwrap_or_default(), self.now.plus_ms(1)).await?;
        }
        Ok(())
    }

    async fn prune_older(
        &mut self,
        flow: FlowId,
        started_before: Timestamp,
        ended_before: Timestamp,
    ) -> Result<()> {
        for status in [ExecutionStatus::Success, ExecutionStatus::Error, ExecutionStatus::Timeout] {
            let from = Timestamp::default();
            let mut stale = Stale { flow, status, from, started_before, ended_before };
            while self.may_go_on() {
                let old: Vec<OldExecution> = self.engine.journal().stale_executions(&stale).await?;
                let Some(last) = old.last() else { break };
                stale.from = last.started_at;
                self.pruned += self.rested(self.engine.journal().prune_executions(flow, &old)).await?;
            }
        }
        Ok(())
    }

    async fn retention(&mut self, owner: OwnerId) -> Result<Retention> {
        if let Some(known) = self.retentions.get(&owner) {
            return Ok(*known);
        }
        let retention = self.engine.0.parts.admission.retention(owner).await.map_err(Error::Keeper)?;
        self.retentions.insert(owner, retention);
        Ok(retention)
    }

    /// Whether the turn is not over, nor the server.
    fn may_go_on(&self) -> bool {
        self.engine.phase() == Readiness::Ready && self.engine.now().since_ms(self.now) < STOP_AFTER_MS
    }

    /// Does it, then leaves the database to others for a while.
    async fn rested<T>(&self, work: impl Future<Output = journal::Result<T>>) -> Result<T> {
        let began = Instant::now();
        let done = work.await?;
        tokio::time::sleep(began.elapsed() * REST).await;
        Ok(done)
    }
}
