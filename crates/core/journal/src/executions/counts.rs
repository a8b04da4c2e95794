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
