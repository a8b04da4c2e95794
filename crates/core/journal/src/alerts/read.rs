use db::Row;
use kit::Timestamp;
use kit::ids::{AlertId, FlowId, OwnerId};

use super::{Alert, AlertLevel, AlertRule};
use crate::holds::holds;
use crate::{Journal, Page, Paged, Result, sql};

/// Alerts are kept for that long.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// Rows a transaction removes at most, so that others get their turn.
const BATCH: u32 = 500;

/// Which alerts are looked for; all when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertFilter {
    /// Those of one rule.
    pub rule: Option<AlertRule>,
    /// Those that are so bad.
    pub level: Option<AlertLevel>,
    /// Those about one flow.
    pub flow: Option<FlowId>,
    /// Those that were found then or later.
    pub from: Option<Timestamp>,
    /// Those that were found before.
    pub before: Option<Timestamp>,
    /// Those whose message holds this text, in any case of the letters a to z.
    pub text: Option<String>,
}

impl Journal {
    /// The alerts of an owner, the newest first; with those of the server for an operator.
    pub async fn alerts(
        &self,
        owner: OwnerId,
        is_operator: bool,
        filter: &AlertFilter,
        page: Page,
    ) -> Result<Paged<Alert>> {
        let also = if is_operator { String::new() } else { owner.to_string() };
        let mut values = db::params![owner, also].to_vec();
        values.extend(filter.values());
        let total = self.db().one(&sql::ALERT_COUNT, &values).await?.get(0)?;
        values.extend(db::params![page.limit(), page.offset()]);
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

impl AlertFilter {
    /// As the statements take it; an empty text is any.
    fn values(&self) -> [db::Value; 7] {
        let [text, small] = holds(self.text.as_deref());
        db::params![
            self.rule.map_or("", AlertRule::as_str),
            self.level.map_or("", AlertLevel::as_str),
            self.flow.map(|id| id.to_string()).unwrap_or_default(),
            self.from.unwrap_or_default(),
            self.before.unwrap_or(Timestamp::from_millis(i64::MAX)),
            text,
            small
        ]
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
