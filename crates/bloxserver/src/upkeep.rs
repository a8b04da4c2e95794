//! What is done now and then while the server runs.

use std::time::Duration;

use accounts::{Accounts, Pruned};
use kit::Clock;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// What is pruned is kept for days; an hour more or less does not matter.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Removes what is too old to be asked for, at the start and every hour, until `stop`.
pub(crate) async fn go_on(accounts: Accounts, clock: Clock, stop: CancellationToken) {
    let mut hours = interval(EVERY);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // A round that has begun ends: each of its transactions is short.
    while stop.run_until_cancelled(hours.tick()).await.is_some() {
        prune(&accounts, &clock).await;
    }
}

async fn prune(accounts: &Accounts, clock: &Clock) {
    match accounts.prune(clock.now()).await {
        Ok(Pruned { answers: 0, deliveries: 0 }) => {}
        Ok(Pruned { answers, deliveries }) => tracing::info!(answers, deliveries, "old rows were removed"),
        Err(error) => tracing::warn!(%error, "old rows could not be removed; the next round is in an hour"),
    }
}
