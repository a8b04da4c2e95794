//! What nodes count together, through the Redis or Valkey that `REDIS_URL` names.

use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use db::{Db, Script, Shared};
use engine::Engine;
use kit::ids::TriggerId;
use llm::Gateway;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use triggers::SharedRates;

use crate::config::Config;
use crate::rooms::{Rooms, filled};

static TAKE: Script = Script::new("TAKE", include_str!("rate.lua"));

/// How often the register is told how this node counts: as often as it says that it is alive.
const EVERY: Duration = Duration::from_secs(3);

/// Connects, and has limits, budgets, rates and signals go through it; nothing where `REDIS_URL` is not set.
pub(crate) async fn open(config: &Config, db: &Db, rooms: &mut Rooms) -> Result<()> {
    let Some(url) = filled(config.redis_url.as_ref()) else {
        if db.dialect() == "postgres" {
            tracing::info!("REDIS_URL is not set: this node counts limits by itself");
        }
        return Ok(());
    };
    let shared = Shared::open(url.expose()).await?;
    db.signal_through(&shared);
    rooms.gateway.share(shared.clone());
    rooms.shared = Some(shared);
    Ok(())
}

/// Has the register of nodes say how this one counts, until `stop`.
pub(crate) async fn keep_telling(engine: Engine, gateway: Gateway, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = engine.note_counters(gateway.is_sharing()).await {
            tracing::debug!(%error, "the register was not told how this node counts");
        }
    }
}

/// Rates of webhooks.
#[derive(Debug)]
pub(crate) struct Rates(pub(crate) Shared);

#[async_trait]
impl SharedRates for Rates {
    async fn take(&self, trigger: TriggerId, per_minute: u32) -> Option<Result<(), u64>> {
        let answer =
            self.0.run(&TAKE, &[format!("blox:rate:{trigger}")], &[per_minute.to_string()]).await.ok()?;
        match answer[..] {
            [0] => Some(Ok(())),
            [wait_s] => Some(Err(u64::try_from(wait_s).unwrap_or(1))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use kit::Sources;

    use super::*;

    #[tokio::test]
    async fn two_nodes_at_once_pass_exactly_what_the_trigger_allows() {
        let Some(mut server) = db::testing::shared().await else { return };
        let nodes = [Shared::open(&server.url()).await.unwrap(), Shared::open(&server.url()).await.unwrap()];
        let (trigger, other): (TriggerId, TriggerId) = (Sources::system().id(), Sources::system().id());
        let nodes = nodes.map(Rates);
        let requests = (0..60).map(|at| nodes[at % 2].take(trigger, 20));
        let taken = futures::future::join_all(requests).await;
        assert_eq!(taken.iter().filter(|taken| **taken == Some(Ok(()))).count(), 20);
        assert!(taken.iter().all(|taken| matches!(taken, Some(Ok(()) | Err(1..=3)))), "{taken:?}");
        assert_eq!(nodes[0].take(other, 20).await, Some(Ok(())), "another trigger has its own");
        server.kill();
        assert_eq!(nodes[0].take(trigger, 20).await, None, "nobody can say");
    }
}
