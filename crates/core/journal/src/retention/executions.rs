use std::collections::HashMap;

use db::Op;
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId};

use super::events::removal;
use crate::{ExecutionStatus, Journal, Result, sql};

/// Executions that one transaction removes at most.
const MOST_EXECUTIONS: u32 = 100;
/// Events that one transaction removes at most: some milliseconds of SQLite's one writer.
pub(super) const MOST_EVENTS: u32 = 2_000;

/// Which finished executions of a flow have had their time.
#[derive(Debug, Clone, Copy)]
pub struct Stale {
    /// Whose.
    pub flow: FlowId,
    /// Ended in that status.
    pub status: ExecutionStatus,
    /// Only those that started then or later: where the last batch stopped.
    pub from: Timestamp,
    /// Only those that started earlier.
    pub started_before: Timestamp,
    /// Only those that ended earlier.
    pub ended_before: Timestamp,
}

/// An execution that may go.
#[derive(Debug, Clone, Copy)]
pub struct OldExecution {
    /// Which.
    pub id: ExecutionId,
    /// When it started.
    pub started_at: Timestamp,
    /// How many events it has.
    pub events: u32,
}

impl Journal {
    /// The next executions that may go, the oldest first: as many as one transaction removes. Read beside the writer.
    pub async fn stale_executions(&self, stale: &Stale) -> Result<Vec<OldExecution>> {
        let Stale { flow, status, from, started_before, ended_before } = *stale;
        let values = db::params![flow, status.as_str(), from, started_before, ended_before, MOST_EXECUTIONS];
        let rows = self.db().all(&sql::STALE_EXECUTIONS, &values).await?;
        let (mut events, mut found) = (0, Vec::with_capacity(rows.len()));
        for row in &rows {
            let one = OldExecution {
                id: row.get(0)?,
                started_at: row.get(1)?,
                events: row.get::<u32>(2)?.saturating_add(1),
            };
            events += one.events;
            // One that is larger than a transaction goes alone, and in pieces.
            if events > MOST_EVENTS && !found.is_empty() {
                break;
            }
            found.push(one);
        }
        Ok(found)
    }

    /// When the oldest of a flow's newest `most` executions started; `None` when it has no more than that.
    pub async fn start_of_newest(&self, flow: FlowId, most: u64) -> Result<Option<Timestamp>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX).saturating_sub(1).max(0);
        let row = self.db().maybe(&sql::START_OF_NEWEST, &db::params![flow, most]).await?;
        row.map(|row| Ok(row.get(0)?)).transpose()
    }

    /// Removes finished executions with all they remember, in one transaction; answers how many.
    ///
    /// The sums of their flow stay. What still runs stays too, whatever is asked for. Of an execution with very many
    /// events the row goes now, and the events with [`Journal::clear_remains`].
    pub async fn prune_executions(&self, flow: FlowId, old: &[OldExecution]) -> Result<u64> {
        let mut tx = self.db().begin().await?;
        let ids = old.iter().map(|one| db::params![one.id].to_vec()).collect();
        let gone = tx.batch(&sql::PRUNE_EXECUTIONS, ids).await?;
        let (mut events, mut sums) = (HashMap::new(), [0_i64; 3]);
        events.extend(old.iter().map(|one| (one.id, one.events)));
        let mut ops = Vec::new();
        for row in &gone {
            let (id, status): (ExecutionId, String) = (row.get(0)?, row.get(1)?);
            match status.parse() {
                Ok(ExecutionStatus::Success) => sums[0] += 1,
                Ok(ExecutionStatus::Timeout) => sums[2] += 1,
                _ => sums[1] += 1,
            }
            ops.extend(removal(id, events.get(&id).copied().unwrap_or(0)));
        }
        let [succeeded, failed, timed_out] = sums;
        let counted = db::params![flow, succeeded, failed, timed_out].to_vec();
        ops.push(Op::Run(&sql::COUNT_PRUNED, counted));
        tx.script(ops).await?;
        tx.commit().await?;
        Ok(gone.len() as u64)
    }
}
