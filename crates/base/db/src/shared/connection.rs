//! The one connection that all calls share, made again when it is lost.

use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Inner, Shared};
use crate::{Error, Result};

/// Between two tries to reach a server that is away.
const PAUSE: Duration = Duration::from_secs(1);

impl Shared {
    pub(super) async fn connect(&self) -> Result<()> {
        let connected = self.0.client.get_multiplexed_async_connection_with_config(&self.0.config).await;
        let connection = connected.map_err(|error| Error::Unavailable(error.to_string()))?;
        self.0.generation.fetch_add(1, Ordering::AcqRel);
        *self.lock() = Some(connection);
        metrics::gauge!("bloxserver_shared_up").set(1.0);
        Ok(())
    }

    /// Takes the server for away, unless it was reached anew meanwhile.
    pub(super) fn lose(&self, generation: u64, error: &Error) {
        {
            let mut connection = self.lock();
            if generation != self.generation() || connection.take().is_none() {
                return;
            }
        }
        self.tell_away(error);
        self.0.lost.notify_one();
    }

    pub(super) fn tell_away(&self, error: &Error) {
        metrics::gauge!("bloxserver_shared_up").set(0.0);
        metrics::counter!("bloxserver_shared_lost_total").increment(1);
        tracing::warn!(%error, "REDIS_URL: this node counts by itself until the server is back");
    }
}

/// Reaches the server again whenever it is lost, as long as somebody wants it.
pub(super) async fn keep(inner: Weak<Inner>) {
    while let Some(inner) = inner.upgrade() {
        let shared = Shared(inner);
        if shared.is_up() {
            let waited = Arc::clone(&shared.0);
            drop(shared);
            // Looked at now and then, so that this task ends with the last who has the server.
            let _ = tokio::time::timeout(PAUSE, waited.lost.notified()).await;
            continue;
        }
        tokio::time::sleep(PAUSE).await;
        if shared.connect().await.is_ok() {
            tracing::info!("REDIS_URL: the server is back; nodes count together again");
        }
    }
}
