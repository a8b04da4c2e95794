use db::Op;
use kit::ids::ExecutionId;

use super::executions::MOST_EVENTS;
use crate::{Journal, Result, sql};

impl Journal {
    /// Removes the next events of executions whose row has gone; answers whether there may be more.
    pub async fn clear_remains(&self) -> Result<bool> {
        let Some(row) = self.db().maybe(&sql::NEXT_REMAINS, &[]).await? else { return Ok(false) };
        let (id, events) = (row.get(0)?, row.get(1)?);
        self.db().transact(removal(id, events)).await?;
        Ok(true)
    }
}

/// Removes the last of an execution's events, and with the first one all else that belongs to it.
pub(super) fn removal(id: ExecutionId, events: u32) -> Vec<Op> {
    let left = events.saturating_sub(MOST_EVENTS);
    let from_left = || db::params![id, left].to_vec();
    let mut ops = vec![Op::Run(&sql::PRUNE_EVENTS, from_left()), Op::Run(&sql::PRUNE_PAYLOADS, from_left())];
    if left > 0 {
        ops.push(Op::Run(&sql::NOTE_REMAINS, from_left()));
        return ops;
    }
    let rest = [&sql::PRUNE_INBOX, &sql::PRUNE_APPROVALS, &sql::PRUNE_SNAPSHOT, &sql::FORGET_REMAINS];
    for statement in rest {
        ops.push(Op::Run(statement, db::params![id].to_vec()));
    }
    ops
}
