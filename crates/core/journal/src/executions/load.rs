use kit::Timestamp;

use super::Stats;
use crate::{Journal, Result, sql};

/// A longer queue is counted no further: the figure is for a graph, and is asked for often.
const MOST_COUNTED: u32 = 100_000;

/// How much there is to do, over all flows and nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Executions that stand in a queue; at most 100,000 are counted.
    pub queued: u64,
    /// When the one that should run next was or is due.
    pub next_due: Option<Timestamp>,
    /// Sums over all flows that there are.
    pub all: Stats,
}

impl Journal {
    /// How much there is to do: for the metrics.
    pub async fn load(&self) -> Result<Load> {
        let queued = self.db().one(&sql::QUEUE_DEPTH, &db::params![MOST_COUNTED]).await?.get(0)?;
        let row = self.db().one(&sql::STATUS_SUMS, &[]).await?;
        let all = Stats {
            started: row.get(0)?,
            succeeded: row.get(1)?,
            failed: row.get(2)?,
            timed_out: row.get(3)?,
            duration_ms: row.get(4)?,
            last_at: Some(row.get(5)?),
            pruned: [row.get(6)?, row.get(7)?, row.get(8)?],
        };
        Ok(Load { queued, next_due: self.next_wake().await?, all })
    }
}
