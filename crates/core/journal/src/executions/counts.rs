use kit::Timestamp;
use kit::ids::{FlowId, OwnerId};

use crate::{Journal, Result, sql};

/// How many executions of a flow have ended so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCounts {
    /// Which flow.
    pub flow: FlowId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Its name.
    pub name: String,
    /// All that ended.
    pub ended: u64,
    /// Those of them that ended in `error` or `timeout`.
    pub failed: u64,
}

impl Journal {
    /// How many of a flow's newest executions since then have ended, and how many of those have failed: for the watchdog.
    pub async fn recently_ended(&self, flow: FlowId, since: Timestamp) -> Result<(u64, u64)> {
        /// Executions that are looked at: a share of them is the share of all.
        const NEWEST: u32 = 1_000;
        let row = self.db().one(&sql::RECENTLY_ENDED, &db::params![flow, since, NEWEST]).await?;
        Ok((row.get(0)?, row.get(1)?))
    }

    /// The sums of flows that have had an execution since then: for the watchdog.
    pub async fn flow_counts(&self, since: Timestamp) -> Result<Vec<FlowCounts>> {
        let rows = self.db().all(&sql::FLOW_COUNTS, &db::params![since]).await?;
        let counts = |row: &db::Row| {
            Ok(FlowCounts {
                flow: row.get(0)?,
                owner: row.get(1)?,
                name: row.get(2)?,
                ended: row.get(3)?,
                failed: row.get(4)?,
            })
        };
        rows.iter().map(counts).collect()
    }
}
