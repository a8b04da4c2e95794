use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId};

use super::{Execution, read::execution};
use crate::{Journal, Result, sql};

/// Due executions that go into their queues with one statement.
const ENQUEUE: u32 = 1_000;

impl Journal {
    /// Takes executions that a dead node had; raises their epoch, so that it cannot write them any more.
    ///
    /// Here and below: two nodes that claim at once never get the same execution.
    pub async fn claim_left(&self, node: NodeId, dead: NodeId, limit: u32) -> Result<Vec<Execution>> {
        let rows = self.db().returning(&sql::CLAIM_LEFT, &db::params![node, dead, limit]).await?;
        rows.iter().map(execution).collect()
    }

    /// What a node has, by the record.
    pub async fn leased_to(&self, node: NodeId) -> Result<Vec<ExecutionId>> {
        let rows = self.db().all(&sql::LEASED_TO_NODE, &db::params![node]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }

    /// Takes executions that a node has by the record and has lost sight of; a commit of it that is still on its way
    /// is refused from here on.
    pub async fn claim_strays(&self, node: NodeId, strays: &[ExecutionId]) -> Result<Vec<Execution>> {
        let rows = strays.iter().map(|id| db::params![*id, node].to_vec()).collect();
        let mut tx = self.db().begin().await?;
        let taken = tx.batch(&sql::CLAIM_STRAYS, rows).await?;
        tx.commit().await?;
        taken.iter().map(execution).collect()
    }

    /// Takes executions that are due: those of running flows without a limit, and those that are told to end.
    pub async fn claim_due(&self, node: NodeId, now: Timestamp, limit: u32) -> Result<Vec<Execution>> {
        let rows = self.db().returning(&sql::CLAIM_DUE, &db::params![node, now, limit]).await?;
        rows.iter().map(execution).collect()
    }

    /// Lets everything else that is due stand in the queue of its flow; answers how many do.
    pub async fn enqueue_due(&self, now: Timestamp) -> Result<u64> {
        let mut all = 0;
        loop {
            let some = self.db().run(&sql::ENQUEUE_DUE, &db::params![now, ENQUEUE]).await?;
            all += some;
            if some < u64::from(ENQUEUE) {
                return Ok(all);
            }
        }
    }

    /// The running flows in whose queue somebody stands, with their owners.
    pub async fn queued_flows(&self) -> Result<Vec<(OwnerId, FlowId)>> {
        let rows = self.db().all(&sql::QUEUED_FLOWS, &[]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// Takes the oldest executions out of a running flow's queue, at most as many as its concurrency leaves.
    ///
    /// What has run already is older than what has not: resumed executions come first.
    pub async fn take_queued(&self, node: NodeId, flow: FlowId, limit: u32) -> Result<Vec<Execution>> {
        let mut tx = self.db().begin().await?;
        let Some(row) = tx.maybe(&sql::LOCK_FLOW, &db::params![flow]).await? else { return Ok(Vec::new()) };
        let (status, concurrency): (String, Option<u32>) = (row.get(0)?, row.get(1)?);
        let leased: u32 = tx.one(&sql::COUNT_LEASED, &db::params![flow]).await?.get(0)?;
        let free = concurrency.map_or(limit, |most| limit.min(most.saturating_sub(leased)));
        let free = if status == "running" { free } else { 0 };
        let rows = match free {
            0 => Vec::new(),
            _ => tx.all(&sql::TAKE_QUEUED, &db::params![node, flow, free]).await?,
        };
        tx.commit().await?;
        rows.iter().map(execution).collect()
    }

    /// When the next waiting execution falls due.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>> {
        Ok(self.db().one(&sql::NEXT_WAKE, &[]).await?.get(0)?)
    }

    /// How many executions of a flow are being run, on whichever node.
    pub async fn leased_of_flow(&self, flow: FlowId) -> Result<u64> {
        Ok(self.db().one(&sql::COUNT_LEASED, &db::params![flow]).await?.get(0)?)
    }
}
