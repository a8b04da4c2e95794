//! Limits and budgets that several nodes count together, on a shared server.
//!
//! Every decision is one script, so that no order of nodes passes a limit. While the server is away the answer is `None`,
//! and the node counts by itself.

mod budget;
mod holding;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use db::Shared;
use kit::Entropy;

use self::budget::Known;
pub(crate) use self::budget::Promised;
pub(crate) use self::holding::Holding;
use self::holding::Keeper;
use super::ledger::WINDOW_MS;

/// What a node holds is given back that long after it was last heard of.
const LEASE_MS: i64 = 30_000;

/// What one node needs to count with others.
#[derive(Debug)]
pub(crate) struct SharedLimits {
    shared: Shared,
    keeper: Keeper,
    known: Known,
    /// Names this process in the ids of what it holds.
    own: String,
    next: AtomicU64,
    window_ms: i64,
    lease_ms: i64,
}

impl SharedLimits {
    /// Begins to count with others; inside a runtime.
    pub(crate) fn start(shared: Shared, entropy: &Entropy) -> Arc<Self> {
        Self::with_times(shared, entropy, (WINDOW_MS, LEASE_MS))
    }

    fn with_times(shared: Shared, entropy: &Entropy, (window_ms, lease_ms): (i64, i64)) -> Arc<Self> {
        Arc::new(Self {
            keeper: Keeper::start(shared.clone(), lease_ms),
            known: Known::default(),
            own: hex::encode(entropy.bytes::<6>()),
            next: AtomicU64::new(0),
            shared,
            window_ms,
            lease_ms,
        })
    }

    /// Whether nodes count together just now.
    pub(crate) fn is_up(&self) -> bool {
        self.shared.is_up()
    }

    /// Which life of the server this is.
    pub(crate) fn generation(&self) -> u64 {
        self.shared.generation()
    }

    /// Waits until what has ended here is told, if that does not take long.
    pub(crate) async fn flush(&self) {
        self.keeper.flush().await;
    }

    /// A new name for something that is held.
    fn id(&self) -> String {
        format!("{}-{}", self.own, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests;
