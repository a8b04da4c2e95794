use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kit::ids::VersionId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The `concurrency` of listeners: how many of a listener's steps this node runs at a time.
#[derive(Debug, Default)]
pub(crate) struct Gates(Mutex<HashMap<Listener, Arc<Semaphore>>>);

type Listener = (VersionId, Arc<str>);

impl Gates {
    /// The gate of a listener; those that nobody uses are forgotten.
    pub(super) fn of(&self, version: VersionId, listener: &Arc<str>, most: u32) -> Arc<Semaphore> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if gates.len() > MOST {
            gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        let fresh = || Arc::new(Semaphore::new(most as usize));
        Arc::clone(gates.entry((version, Arc::clone(listener))).or_insert_with(fresh))
    }
}

/// Gates that are remembered before unused ones go.
const MOST: usize = 1_000;

/// Waits at a gate; `None` where there is none.
pub(super) async fn pass(gate: Option<Arc<Semaphore>>) -> Option<OwnedSemaphorePermit> {
    // No gate is ever closed.
    gate?.acquire_owned().await.ok()
}
