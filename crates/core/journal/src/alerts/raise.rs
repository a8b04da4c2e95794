use kit::Timestamp;

use super::Alert;
use crate::{Journal, Result, Signal, sql};

/// After an alert was passed on, others of its flow, rule and level are kept and not passed on for that long: one
/// broken flow does not fill a mailbox.
const QUIET_MS: i64 = 60 * 60 * 1_000;

impl Journal {
    /// Keeps an alert, to be passed on by these channels; `false` when its fact was told before, by whichever node.
    pub async fn raise_alert(&self, alert: &Alert, fact: &str, channels: &[&str]) -> Result<bool> {
        let owner = alert.owner.map(|owner| owner.to_string()).unwrap_or_default();
        let flow = alert.flow.map(|flow| flow.to_string()).unwrap_or_default();
        let (rule, level) = (alert.rule.as_str(), alert.level.as_str());
        let values = db::params![
            alert.id,
            fact,
            &owner,
            alert.flow,
            alert.execution,
            rule,
            level,
            &alert.message,
            alert.stops,
            alert.at
        ];
        let mut tx = self.db().begin().await?;
        if tx.run(&sql::ADD_ALERT, &values).await? == 0 {
            return Ok(false);
        }
        let since: Timestamp = alert.at.plus_ms(-QUIET_MS);
        let like_it = db::params![&owner, flow, rule, level, since, alert.id];
        if tx.maybe(&sql::ALERT_LIKE_IT, &like_it).await?.is_none() {
            for channel in channels {
                tx.run(&sql::ADD_ALERT_DELIVERY, &db::params![alert.id, *channel, alert.at]).await?;
            }
        }
        tx.commit().await?;
        self.tell(&Signal::Alert);
        Ok(true)
    }
}
