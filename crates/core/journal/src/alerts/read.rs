use db::Row;
use kit::Timestamp;
use kit::ids::{AlertId, OwnerId};

use super::Alert;
use crate::{Journal, Page, Paged, Result, sql};

/// Alerts are kept for that long.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// Rows a transaction removes at most, so that others get their turn.
const BATCH: u32 = 500;

impl Journal {
    /// The alerts of an owner, the newest first; with those of the server for an operator.
    pub async fn alerts(&self, owner: OwnerId, is_operator: bool, page: Page) -> Result<Paged<Alert>> {
        let also = if is_operator { String::new() } else { owner.to_string() };
        let total = self.db().one(&sql::ALERT_COUNT, &db::params![owner, &also]).await?.get(0)?;
        let values = db::params![owner, also, page.limit(), page.offset()];
        let rows = self.db().all(&sql::ALERT_PAGE, &values).await?;
        Ok(Paged { items: rows.iter().map(alert).collect::<Result<_>>()?, total })
    }

    /// An alert by its id: for who passes it on.
    pub(super) async fn alert(&self, id: AlertId) -> Result<Option<Alert>> {
        let row = self.db().maybe(&sql::ALERT, &db::params![id]).await?;
        row.as_ref().map(alert).transpose()
    }

    /// Forgets alerts that are 90 days old; answers how many.
    pub async fn prune_alerts(&self, now: Timestamp) -> Result<u64> {
        let mut all = 0;
        loop {
            let some = self.db().run(&sql::PRUNE_ALERTS, &db::params![now.plus_ms(-KEPT_MS), BATCH]).await?;
            all += some;
            if some < u64::from(BATCH) {
                return Ok(all);
            }
        }
    }
}

fn alert(row: &Row) -> Result<Alert> {
    let unreadable = |column, expected| db::Error::Column { column, found: "another word", expected };
    let (owner, rule, level): (String, String, String) = (row.get(1)?, row.get(4)?, row.get(5)?);
    Ok(Alert {
        id: row.get(0)?,
        // Empty for the server's own.
        owner: owner.parse().ok(),
        flow: row.get(2)?,
        execution: row.get(3)?,
        rule: rule.parse().map_err(|()| unreadable(4, "an alert's rule"))?,
        level: level.parse().map_err(|()| unreadable(5, "an alert's level"))?,
        message: row.get(6)?,
        stops: row.get(7)?,
        at: row.get(8)?,
    })
}
