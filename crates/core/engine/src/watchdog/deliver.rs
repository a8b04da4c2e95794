use std::sync::Arc;
use std::time::Duration;

use crate::{Engine, Result};

/// How often somebody looks for alerts that are still to be passed on: their node may be gone.
const LOOK: Duration = Duration::from_secs(30);
/// How long one attempt may take before another node makes the next.
const ATTEMPT_MS: i64 = 120_000;
/// Pauses after attempts that failed, in milliseconds; after the last one it is given up.
const PAUSES_MS: [i64; 5] = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
/// Passed on at once.
const AT_ONCE: u32 = 10;

impl Engine {
    /// Passes alerts on until the engine ends.
    pub(crate) async fn pass_alerts_on(&self) {
        while self.0.parts.alarm.is_some() {
            if let Err(error) = self.pass_on_alerts().await {
                tracing::warn!(%error, "alerts could not be passed on; trying again in half a minute");
            }
            // The time-out is the other reason to look.
            let _ = tokio::time::timeout(LOOK, self.0.alerted.notified()).await;
        }
    }

    /// Passes on what is due, at least once each.
    pub(super) async fn pass_on_alerts(&self) -> Result<()> {
        let Some(alarm) = self.0.parts.alarm.as_ref().map(Arc::clone) else { return Ok(()) };
        loop {
            let (now, again_at) = (self.now(), self.now().plus_ms(ATTEMPT_MS));
            let due = self.journal().take_alert_deliveries(now, again_at, AT_ONCE).await?;
            if due.is_empty() {
                return Ok(());
            }
            for delivery in due {
                let Err(problem) = alarm.pass_on(&delivery.channel, &delivery.alert).await else {
                    self.journal().end_alert_delivery(&delivery).await?;
                    continue;
                };
                let (alert, channel, attempt) = (delivery.alert.id, &delivery.channel, delivery.attempt);
                let pause_ms = usize::try_from(attempt).ok().and_then(|attempt| PAUSES_MS.get(attempt - 1));
                if let Some(pause_ms) = pause_ms {
                    tracing::warn!(%alert, channel, attempt, problem, "an alert could not be passed on");
                    self.journal().put_off_alert_delivery(&delivery, self.now().plus_ms(*pause_ms)).await?;
                } else {
                    tracing::error!(%alert, channel, attempt, problem, "an alert was not passed on: given up");
                    self.journal().end_alert_delivery(&delivery).await?;
                }
            }
        }
    }
}
