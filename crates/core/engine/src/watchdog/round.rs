use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;

use kit::Timestamp;
use kit::ids::ExecutionId;
use tokio::sync::broadcast;

use super::Reaction;
use super::failing::Flows;
use super::raise::Concerns;
use super::watch::Watch;
use crate::running::About;
use crate::{Engine, Result};

/// How often it looks at executions. One that is over by then was no danger and costs nothing.
const EVERY_MS: i64 = 2_000;
/// How often it looks at flows, and forgets old alerts.
const FLOWS_EVERY_MS: i64 = 15_000;
/// Executions whose news are read in a round; the others come in the next ones.
const MOST_READ: usize = 200;
/// Events of one execution that are read in a round.
const MOST_EVENTS: u32 = 1_000;
/// What the watchdog knows, between its rounds.
pub(crate) struct Watching {
    /// The executions that this node drives.
    watches: HashMap<ExecutionId, Watch>,
    /// Those that are seen for the first time: most are over before they are read.
    fresh: Vec<ExecutionId>,
    /// Executions that have written since they were last read.
    news: BTreeSet<ExecutionId>,
    /// The last one that was read: the next round begins behind it.
    read: Option<ExecutionId>,
    committed: broadcast::Receiver<ExecutionId>,
    pub(super) flows: Flows,
}

impl Watching {
    pub(crate) fn new(committed: broadcast::Receiver<ExecutionId>) -> Self {
        let (watches, fresh, news) = (HashMap::new(), Vec::new(), BTreeSet::new());
        Self { watches, fresh, news, read: None, committed, flows: Flows::default() }
    }

    /// Takes in what is driven here, and who of it has written.
    fn hear(&mut self, driven: &HashMap<ExecutionId, About>, now: Timestamp) {
        self.news.extend(self.fresh.drain(..));
        loop {
            match self.committed.try_recv() {
                Ok(id) => _ = self.news.insert(id),
                // Whoever may have written is looked at.
                Err(broadcast::error::TryRecvError::Lagged(_)) => self.news.extend(self.watches.keys()),
                Err(_) => break,
            }
        }
        // One that comes back from a wait is read from its beginning, as the engine itself does.
        self.watches.retain(|id, _| driven.contains_key(id));
        self.news.retain(|id| self.watches.contains_key(id));
        for (id, about) in driven {
            if !self.watches.contains_key(id) {
                self.watches.insert(*id, Watch::new(about.most_tokens, now));
                self.fresh.push(*id);
            }
        }
    }

    /// Whose news are read now: in turns, so that nobody is passed over.
    fn turn(&mut self) -> Vec<ExecutionId> {
        let behind = self.read.map_or(Bound::Unbounded, Bound::Excluded);
        let turn = self.news.range((behind, Bound::Unbounded)).chain(self.news.iter()).take(MOST_READ);
        let mut turn: Vec<ExecutionId> = turn.copied().collect();
        self.read = turn.last().copied();
        turn.sort_unstable();
        turn.dedup();
        turn
    }
}

impl Engine {
    /// Watches until the engine ends.
    pub(crate) async fn watch_over(&self) {
        if self.0.parts.watchdog.reaction == Reaction::Off {
            return;
        }
        let clock = &self.sources().clock;
        let mut next_flows = clock.now();
        loop {
            clock.sleep_ms(EVERY_MS).await;
            let mut watching = self.0.watching.lock().await;
            if let Err(error) = self.look_at_executions(&mut watching).await {
                tracing::warn!(%error, "the watchdog could not look at executions");
            }
            if clock.now() >= next_flows {
                next_flows = clock.now().plus_ms(FLOWS_EVERY_MS);
                if let Err(error) = self.look_at_flows(&mut watching.flows).await {
                    tracing::warn!(%error, "the watchdog could not look at flows");
                }
            }
        }
    }

    /// Looks now, and is done with it when this returns: for who cannot wait for the next round.
    pub async fn watch_now(&self) -> Result<()> {
        let mut watching = self.0.watching.lock().await;
        self.look_at_executions(&mut watching).await?;
        self.look_at_flows(&mut watching.flows).await?;
        self.pass_on_alerts().await
    }

    async fn look_at_executions(&self, watching: &mut Watching) -> Result<()> {
        let (driven, now) = (self.driven(), self.now());
        watching.hear(&driven, now);
        for id in watching.turn() {
            self.read_news(watching, id).await?;
        }
        for (id, about) in &driven {
            let Some(watch) = watching.watches.get_mut(id) else { continue };
            for finding in watch.findings(&self.0.parts.watchdog, now) {
                let (owner, flow, execution) = (Some(about.owner), Some(about.flow), Some(*id));
                self.report(Concerns { owner, flow, execution }, finding).await?;
            }
        }
        Ok(())
    }

    async fn read_news(&self, watching: &mut Watching, id: ExecutionId) -> Result<()> {
        let Some(watch) = watching.watches.get_mut(&id) else { return Ok(()) };
        let events = self.journal().events(id, watch.next_seq, MOST_EVENTS).await?;
        events.iter().for_each(|recorded| watch.read(recorded));
        if u32::try_from(events.len()).is_ok_and(|read| read < MOST_EVENTS) {
            watching.news.remove(&id);
        }
        Ok(())
    }
}
