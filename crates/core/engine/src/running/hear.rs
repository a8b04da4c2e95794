use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use journal::Signal;
use kit::ids::ExecutionId;

use super::reply::Reply;
use crate::Engine;

/// Ids in one signal: it must stay under PostgreSQL's 8,000 bytes.
const MOST_IDS: usize = 200;

impl Engine {
    /// Does what other nodes call for.
    pub(super) async fn listen(&self) {
        let mut signals = self.journal().signals();
        while let Some(signal) = signals.next().await {
            match signal {
                Signal::Committed(node, ids) if node != self.node() => {
                    ids.into_iter().for_each(|id| self.tell(id));
                }
                Signal::Letter(node, id) if node == self.node() => self.hand_letter(id),
                Signal::Committed(..) | Signal::Letter(..) | Signal::Alert => {}
                Signal::Due => self.look_soon(),
                Signal::Flow(_) | Signal::Missed => {
                    self.0.webhooks.clear();
                    self.look_soon();
                }
            }
        }
    }

    /// Wakes whoever follows executions, on this node and on others.
    pub(super) fn tell_all(&self, id: ExecutionId) {
        self.tell(id);
        if self.has_peers() {
            // Without anybody to pass it on, whoever follows looks by itself.
            let _ = self.0.outgoing.0.send(id);
        }
    }

    /// Passes on to other nodes what was committed here, gathered.
    pub(super) async fn pass_on(&self) {
        let mut outgoing = self.0.outgoing.1.lock().await;
        let mut ids = Vec::with_capacity(MOST_IDS);
        while outgoing.recv_many(&mut ids, MOST_IDS).await > 0 {
            ids.sort_unstable();
            ids.dedup();
            self.journal().tell(&Signal::Committed(self.node(), std::mem::take(&mut ids)));
        }
    }

    /// Whether other nodes were alive at the last look.
    pub(super) fn has_peers(&self) -> bool {
        self.0.has_peers.load(Ordering::Relaxed)
    }

    /// Keeps the way to a caller whose execution waits.
    pub(super) fn keep_caller(&self, id: ExecutionId, reply: Reply) {
        if reply.is_wanted() {
            self.callers().insert(id, reply);
        }
    }

    /// The way to the caller of an execution that goes on, if it is here.
    pub(super) fn take_caller(&self, id: ExecutionId) -> Reply {
        self.callers().remove(&id).unwrap_or_default()
    }

    pub(super) fn forget_callers(&self) {
        self.callers().retain(|_, reply| reply.is_wanted());
    }

    fn callers(&self) -> MutexGuard<'_, HashMap<ExecutionId, Reply>> {
        self.0.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
