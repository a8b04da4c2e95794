//! What is done now and then while the server runs.

use std::time::Duration;

use accounts::{Accounts, Pruned};
use db::Db;
use engine::Engine;
use kit::Clock;
use llm::Gateway;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// What is pruned is kept for days; some minutes more or less do not matter.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// Between two steps in which SQLite gives space back; each takes some milliseconds of its writer.
const PAUSE: Duration = Duration::from_millis(50);
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Whose old rows go.
pub(crate) struct Upkeep {
    pub(crate) accounts: Accounts,
    pub(crate) engine: Engine,
    pub(crate) gateway: Gateway,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    /// For how long records of model calls are kept; for ever when absent.
    pub(crate) calls_kept_days: Option<u32>,
}

impl Upkeep {
    /// Removes what is too old to be asked for, at the start and every ten minutes, until `stop`.
    pub(crate) async fn go_on(self, stop: CancellationToken) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // A round that has begun ends: each of its transactions is short, and the engine stops when it closes.
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.prune().await;
            self.give_back(&stop).await;
        }
    }

    async fn prune(&self) {
        let Pruned { answers, deliveries, changes } = told(self.accounts.prune(self.clock.now()).await);
        let executions = told(self.engine.prune().await);
        let calls = match self.calls_kept_days {
            Some(days) => {
                let before = self.clock.now().plus_ms(-DAY_MS * i64::from(days));
                told(self.gateway.prune(before).await)
            }
            None => 0,
        };
        if answers + deliveries + changes + executions + calls > 0 {
            tracing::info!(answers, deliveries, changes, executions, calls, "old rows were removed");
        }
    }

    /// What SQLite does not use any more goes back to the file system, step by step.
    async fn give_back(&self, stop: &CancellationToken) {
        let mut bytes = 0;
        while !stop.is_cancelled() {
            match told(self.db.give_back().await) {
                0 => break,
                some => bytes += some,
            }
            tokio::time::sleep(PAUSE).await;
        }
        if bytes > 0 {
            tracing::info!(bytes, "space of removed rows was given back");
        }
    }
}

/// What was done; nothing, said in the log, when it failed.
fn told<T: Default, E: std::fmt::Display>(done: Result<T, E>) -> T {
    done.unwrap_or_else(|error| {
        tracing::warn!(%error, "old rows could not be removed; the next round is in ten minutes");
        T::default()
    })
}

#[cfg(test)]
mod tests {
    use accounts::{Begin, Scopes, TokenRequest};
    use clap::Parser;

    use super::*;
    use crate::{Program, rooms};

    db::testing::both_databases! {
        async fn old_rows_go_at_the_start_and_the_stop_ends_it(db: Db) {
            let folder = tempfile::tempdir().unwrap();
            let config = Program::parse_from(["bloxserver", "--blox-data-dir", folder.path().to_str().unwrap(), "version"]).config;
            let rooms = rooms::open(&config, &db).unwrap();
            let (accounts, clock) = (rooms.accounts, rooms.sources.clock);
            let request = TokenRequest { name: "test".to_owned(), scopes: Scopes::all(), expires_at: None };
            let (ann, _) = accounts.create_token_for_email("ann@example.com", request).await.unwrap();
            let two_days_ago = clock.now().plus_ms(-2 * DAY_MS);
            let begin = async |hash| accounts.idempotency().begin(ann.id, "key", ("POST /x", hash), two_days_ago).await.unwrap();
            assert!(matches!(begin("one").await, Begin::Fresh(_)));
            let stop = CancellationToken::new();
            let (engine, gateway, calls_kept_days) = (rooms.engine, rooms.gateway, Some(1));
            let upkeep = Upkeep { accounts: accounts.clone(), engine, gateway, db, clock, calls_kept_days };
            let upkeep = tokio::spawn(upkeep.go_on(stop.clone()));
            // Another request finds the key taken for as long as the row is there.
            while begin("other").await == Begin::Conflict {
                tokio::task::yield_now().await;
            }
            stop.cancel();
            upkeep.await.unwrap();
        }
    }
}
