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

#[cfg(test)]
mod tests {
    use accounts::{Begin, Scopes, TokenRequest};
    use clap::Parser;
    use kit::Sources;

    use super::*;
    use crate::{Program, rooms};

    db::testing::both_databases! {
        async fn old_rows_go_at_the_start_and_the_stop_ends_it(db: Db) {
            let folder = tempfile::tempdir().unwrap();
            let config = Program::parse_from(["bloxserver", "--blox-data-dir", folder.path().to_str().unwrap(), "version"]).config;
            let sources = Sources::system();
            let accounts = rooms::open_accounts(&config, db, &sources).unwrap();
            let request = TokenRequest { name: "test".to_owned(), scopes: Scopes::all(), expires_at: None };
            let (ann, _) = accounts.create_token_for_email("ann@example.com", request).await.unwrap();
            let two_days_ago = sources.clock.now().plus_ms(-48 * 60 * 60 * 1_000);
            let begin = async |hash| accounts.idempotency().begin(ann.id, "key", ("POST /x", hash), two_days_ago).await.unwrap();
            assert!(matches!(begin("one").await, Begin::Fresh(_)));
            let stop = CancellationToken::new();
            let upkeep = tokio::spawn(go_on(accounts.clone(), sources.clock.clone(), stop.clone()));
            // Another request finds the key taken for as long as the row is there.
            while begin("other").await == Begin::Conflict {
                tokio::task::yield_now().await;
            }
            stop.cancel();
            upkeep.await.unwrap();
        }
    }
}
