use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use futures::StreamExt;
use journal::{Execution, Signal};
use kit::Timestamp;
use kit::ids::NodeId;
use tokio::time::Instant;

use super::seat::Seat;
use crate::{Engine, Result};

/// Executions taken with one statement.
const CLAIM: usize = 200;
/// Places kept for what is told to end, however full the node is.
const FINAL: usize = 8;
/// Executions whose journals are read at once.
const RESUME: usize = 16;

/// Why an execution is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// Its node is gone: what was running was interrupted.
    Left,
    /// It has waited.
    Waited,
}

impl Engine {
    /// Takes what is due and what stands in queues, as far as there is room; answers when to look again.
    pub(super) async fn look(&self) -> Result<Option<Timestamp>> {
        if self.is_disk_full() {
            // What is due stays due: what it did could not be remembered.
            return Ok(None);
        }
        self.take_due().await?;
        self.take_queued().await?;
        self.0.is_full.store(self.room() == 0, Ordering::Relaxed);
        let next = self.journal().next_wake().await?;
        self.0.next_wake.store(next.map_or(i64::MAX, Timestamp::as_millis), Ordering::Relaxed);
        Ok(next)
    }

    /// Looks for work now, and is done with it when this returns: for who cannot wait for the next look.
    pub async fn look_now(&self) -> Result<()> {
        self.look().await.map(|_| ())
    }

    /// Takes what nodes that are gone have left.
    pub(super) async fn take_left(&self, gone: NodeId) -> Result<()> {
        loop {
            let room = self.room().min(CLAIM);
            if room == 0 {
                return Ok(());
            }
            let taken = claimed("left", self.journal().claim_left(self.node(), gone, limit(room))).await?;
            let is_last = taken.len() < room;
            self.resume_all(taken, Taken::Left).await;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Takes what is leased to this node and driven by nobody: what was let go, and what a commit or a claim whose
    /// answer was lost has left behind.
    pub(super) async fn take_strays(&self) -> Result<()> {
        let leased = self.journal().leased_to(self.node()).await?;
        let strays: Vec<_> = leased.into_iter().filter(|id| !self.drives(*id)).take(CLAIM).collect();
        if strays.is_empty() {
            return Ok(());
        }
        let taken = self.journal().claim_strays(self.node(), &strays).await?;
        if !taken.is_empty() {
            tracing::warn!(executions = taken.len(), "taking up again what this node had lost sight of");
        }
        self.resume_all(taken, Taken::Left).await;
        Ok(())
    }

    async fn take_due(&self) -> Result<()> {
        loop {
            let room = self.room().clamp(FINAL, CLAIM);
            let claim = self.journal().claim_due(self.node(), self.now(), limit(room));
            let taken = claimed("due", claim).await?;
            let is_last = taken.len() < room || self.room() == 0;
            self.resume_all(taken, Taken::Waited).await;
            if is_last {
                break;
            }
        }
        // What there is no room for, or whose flow has a limit, waits for its turn.
        self.journal().enqueue_due(self.now()).await?;
        Ok(())
    }

    /// Serves queues: the least recently served owner first, then that owner's least recently served flow.
    async fn take_queued(&self) -> Result<()> {
        let mut flows = self.journal().queued_flows().await?;
        while !flows.is_empty() && self.room() > 0 {
            flows.sort_by_key(|(owner, flow)| self.turns().place(*owner, *flow));
            let share = (self.room() / flows.len()).clamp(1, CLAIM);
            let mut unserved = Vec::with_capacity(flows.len());
            for (owner, flow) in flows {
                let room = self.room().min(share);
                if room == 0 {
                    return Ok(());
                }
                let claim = self.journal().take_queued(self.node(), flow, limit(room));
                let taken = claimed("queue", claim).await?;
                if taken.is_empty() {
                    continue;
                }
                self.turns().serve(owner, flow);
                unserved.push((owner, flow));
                self.resume_all(taken, Taken::Waited).await;
            }
            flows = unserved;
        }
        Ok(())
    }

    async fn resume_all(&self, executions: Vec<Execution>, taken: Taken) {
        // All sit down first: letters that come meanwhile find them, and the room is counted.
        let seated: Vec<(Execution, Seat)> = executions
            .into_iter()
            .map(|execution| {
                let seat = self.sit(execution.id, execution.epoch);
                (execution, seat)
            })
            .collect();
        let resumed = futures::stream::iter(seated)
            .for_each_concurrent(RESUME, |(execution, seat)| self.resume(execution, seat, taken));
        resumed.await;
    }

    /// Lets this node, and all others, look for what has become due.
    pub(crate) fn call_for_claims(&self) {
        self.look_soon();
        if self.has_peers() {
            self.journal().tell(&Signal::Due);
        }
    }

    /// Lets this node look for work without delay.
    pub(crate) fn look_soon(&self) {
        self.0.work.notify_one();
    }

    /// Lets this node look at that moment, if it would not do so before.
    pub(super) fn sleeps_until(&self, at: Option<Timestamp>) {
        if let Some(at) = at
            && at.as_millis() < self.0.next_wake.load(Ordering::Relaxed)
        {
            self.look_soon();
        }
    }

    fn turns(&self) -> std::sync::MutexGuard<'_, super::turns::Turns> {
        self.0.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts what a claim has taken and how long it took, by why it was to be taken.
async fn claimed(
    why: &'static str,
    claim: impl Future<Output = journal::Result<Vec<Execution>>>,
) -> journal::Result<Vec<Execution>> {
    let began = Instant::now();
    let taken = claim.await?;
    if !taken.is_empty() {
        metrics::histogram!("bloxserver_claim_seconds").record(began.elapsed().as_secs_f64());
        metrics::counter!("bloxserver_claimed_total", "why" => why).increment(taken.len() as u64);
    }
    Ok(taken)
}

fn limit(room: usize) -> u32 {
    u32::try_from(room).unwrap_or(u32::MAX)
}
