use kit::Timestamp;
use kit::ids::AlertId;

use super::Alert;
use crate::{Journal, Result, sql};

/// An alert that is to be passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertDelivery {
    /// Which.
    pub alert: Alert,
    /// By which way.
    pub channel: String,
    /// This attempt, counted from 1.
    pub attempt: u32,
}

impl Journal {
    /// Takes deliveries that are due; another node gets them at `again_at`, unless they are done by then.
    pub async fn take_alert_deliveries(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<AlertDelivery>> {
        let rows =
            self.db().returning(&sql::TAKE_ALERT_DELIVERIES, &db::params![now, again_at, limit]).await?;
        let mut deliveries = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, channel, attempt): (AlertId, _, _) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if let Some(alert) = self.alert(id).await? {
                deliveries.push(AlertDelivery { alert, channel, attempt });
            }
        }
        Ok(deliveries)
    }

    /// A delivery failed: it is tried again at that time.
    pub async fn put_off_alert_delivery(&self, delivery: &AlertDelivery, at: Timestamp) -> Result<()> {
        let values = db::params![delivery.alert.id, &delivery.channel, at];
        self.db().run(&sql::PUT_OFF_ALERT_DELIVERY, &values).await?;
        Ok(())
    }

    /// A delivery is done, or given up.
    pub async fn end_alert_delivery(&self, delivery: &AlertDelivery) -> Result<()> {
        self.db().run(&sql::END_ALERT_DELIVERY, &db::params![delivery.alert.id, &delivery.channel]).await?;
        Ok(())
    }
}
