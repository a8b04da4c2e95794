use db::Statement;
use kit::Timestamp;

use crate::{Journal, Result, sql};

/// Rows that one transaction removes at most; between two of them others write.
const MOST_ROWS: u32 = 1_000;

impl Journal {
    /// Forgets keys of deliveries whose time is over; answers how many.
    pub async fn prune_keys(&self, now: Timestamp) -> Result<u64> {
        self.prune_expired(&sql::PRUNE_KEYS, now).await
    }

    /// Removes what flows remembered for a time that is over; answers how many values.
    pub async fn prune_kv(&self, now: Timestamp) -> Result<u64> {
        self.prune_expired(&sql::PRUNE_KV, now).await
    }

    async fn prune_expired(&self, statement: &'static Statement, now: Timestamp) -> Result<u64> {
        let mut gone = 0;
        loop {
            let some = self.db().run(statement, &db::params![now, MOST_ROWS]).await?;
            gone += some;
            if some < u64::from(MOST_ROWS) {
                return Ok(gone);
            }
        }
    }
}
