use std::collections::HashMap;
use std::sync::atomic::Ordering;

use kit::Timestamp;
use kit::ids::NodeId;

use crate::engine::Readiness;
use crate::{Engine, Result};

/// How often a node says that it is alive, and looks at the others.
pub(super) const BEAT_MS: i64 = 3_000;
/// A node whose counter stands still for that long, by the observer's own clock, is dead.
const DEAD_AFTER_MS: i64 = 15_000;
/// How long executions may go on once the server is asked to close.
const DRAIN_MS: i64 = 10_000;

/// The counters of other nodes, and since when each has stood still by our clock.
type Seen = HashMap<NodeId, (i64, Timestamp)>;

impl Engine {
    /// Enters the register of nodes, takes over what a crash left, and begins to take work.
    pub async fn begin(&self) -> Result<()> {
        self.enter_register().await?;
        if self.0.parts.is_alone {
            for node in self.journal().nodes().await? {
                if node.id != self.node() {
                    self.journal().remove_node(node.id).await?;
                }
            }
        }
        self.enter(Readiness::Ready);
        let mut seen = Seen::new();
        self.look_at_nodes(&mut seen).await?;
        let next_wake = self.look().await?;
        for task in [Task::Beat, Task::Listen, Task::Tell, Task::Watch, Task::PassOn] {
            let engine = self.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = engine.0.closed.cancelled() => {}
                    () = engine.keep(task) => {}
                }
            });
        }
        let engine = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = engine.0.closed.cancelled() => {}
                () = engine.watch(seen, next_wake) => {}
            }
        });
        Ok(())
    }

    /// Takes no more work, waits a moment for what is on its way, and leaves: others take the rest over at once, or
    /// the next start does.
    pub async fn close(&self) {
        self.enter(Readiness::Draining);
        self.0.tasks.close();
        if let Err(error) = self.raise_counter().await {
            tracing::warn!(%error, "the register could not be told that this node is closing");
        }
        tokio::select! {
            () = self.0.tasks.wait() => {}
            () = self.sources().clock.sleep_ms(DRAIN_MS) => {
                tracing::info!("closing; what is still on its way goes on elsewhere or at the next start");
            }
        }
        self.abandon();
        if let Err(error) = self.journal().remove_node(self.node()).await {
            tracing::warn!(%error, "this node could not leave the register; others will notice");
        }
    }

    /// Ends this engine as a crash would: calls are cut off, nothing more is committed, no lease is given back.
    pub fn abandon(&self) {
        self.enter(Readiness::Draining);
        self.0.closed.cancel();
        self.let_go();
    }

    async fn keep(&self, task: Task) {
        match task {
            Task::Beat => self.beat().await,
            Task::Listen => self.listen().await,
            Task::Tell => self.pass_on().await,
            Task::Watch => self.watch_over().await,
            Task::PassOn => self.pass_alerts_on().await,
        }
    }

    /// Looks for work: when some falls due, when somebody says so, and with every beat.
    async fn watch(&self, mut seen: Seen, mut next_wake: Option<Timestamp>) {
        let clock = &self.sources().clock;
        let mut next_beat = clock.now().plus_ms(BEAT_MS);
        loop {
            let at = next_wake.map_or(next_beat, |wake| wake.min(next_beat));
            tokio::select! {
                () = clock.sleep_until(at) => {}
                () = self.0.work.notified() => {}
            }
            if self.phase() != Readiness::Ready {
                continue;
            }
            if clock.now() >= next_beat {
                next_beat = clock.now().plus_ms(BEAT_MS);
                if let Err(error) = self.look_around(&mut seen).await {
                    tracing::warn!(%error, "the register of nodes could not be read");
                }
            }
            next_wake = match self.look().await {
                Ok(next) => next,
                Err(error) => {
                    tracing::warn!(%error, "work could not be looked for");
                    None
                }
            };
        }
    }

    async fn look_around(&self, seen: &mut Seen) -> Result<()> {
        self.look_at_nodes(seen).await?;
        self.take_strays().await?;
        for execution in self.journal().inboxes_of(self.node()).await? {
            self.hand_letter(execution);
        }
        self.forget_callers();
        self.end_left_behind().await?;
        self.journal().prune_keys(self.now()).await?;
        self.finish_stops().await
    }

    /// Takes dead nodes out of the register, and takes over what nodes outside the register have.
    async fn look_at_nodes(&self, seen: &mut Seen) -> Result<()> {
        let (nodes, now) = (self.journal().nodes().await?, self.now());
        seen.retain(|node, _| nodes.iter().any(|known| known.id == *node));
        for node in &nodes {
            let entry = seen.entry(node.id).or_insert((node.beat, now));
            if entry.0 != node.beat {
                *entry = (node.beat, now);
            }
            if node.id != self.node() && now.since_ms(entry.1) >= DEAD_AFTER_MS {
                tracing::warn!(node = %node.id, "a node is dead; taking its executions over");
                self.journal().remove_node(node.id).await?;
                self.tell_of_death(node).await?;
            }
        }
        self.0.has_peers.store(nodes.len() > 1, Ordering::Relaxed);
        for gone in self.journal().unknown_nodes().await? {
            if gone != self.node() {
                self.take_left(gone).await?;
            }
        }
        Ok(())
    }
}

/// What goes on beside the executions.
#[derive(Debug, Clone, Copy)]
enum Task {
    Beat,
    Listen,
    Tell,
    Watch,
    PassOn,
}
