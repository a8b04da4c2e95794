use std::collections::HashMap;
use std::sync::MutexGuard;

use kit::ids::{ExecutionId, FlowId, OwnerId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::Engine;

/// Executions that a node drives at once, unless it is told otherwise; more wait on disk.
pub(crate) const MOST_ACTIVE: usize = 4_096;

/// An execution that this node drives, as others see it.
#[derive(Debug)]
pub(crate) struct Active {
    epoch: i64,
    letters: mpsc::UnboundedSender<()>,
    gone: CancellationToken,
    /// What is driven, once it is.
    about: Option<About>,
}

/// What the watchdog has to know of an execution before it reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) owner: OwnerId,
    pub(crate) flow: FlowId,
    pub(crate) most_tokens: u64,
}

/// What the one that drives it holds; left when it is dropped.
pub(super) struct Seat {
    engine: Engine,
    id: ExecutionId,
    epoch: i64,
    /// Says that there is a letter.
    pub(super) notes: Seated,
    /// Fires when it is to be let go at once, without another commit.
    pub(super) gone: CancellationToken,
}

pub(super) type Seated = mpsc::UnboundedReceiver<()>;

impl Drop for Seat {
    fn drop(&mut self) {
        let mut active = self.engine.active();
        // It may have come back under another epoch meanwhile.
        if active.get(&self.id).is_some_and(|seated| seated.epoch == self.epoch) {
            active.remove(&self.id);
        }
        drop(active);
        // A letter that came while it was given back has made it due.
        if self.notes.try_recv().is_ok() {
            self.engine.look_soon();
        }
    }
}

impl Engine {
    /// Takes a place among what this node drives: from here on letters reach it, and it is no stray.
    pub(super) fn sit(&self, id: ExecutionId, epoch: i64) -> Seat {
        let (letters, notes) = mpsc::unbounded_channel();
        let gone = CancellationToken::new();
        self.active().insert(id, Active { epoch, letters, gone: gone.clone(), about: None });
        Seat { engine: self.clone(), id, epoch, notes, gone }
    }

    /// Says that there is a letter, if this node drives the execution.
    pub(super) fn hand_letter(&self, id: ExecutionId) {
        let is_handed = self.active().get(&id).is_some_and(|seated| seated.letters.send(()).is_ok());
        // One that has just been given back was made due by the letter.
        if !is_handed {
            self.look_soon();
        }
    }

    /// Says what is driven from here on.
    pub(super) fn introduce(&self, id: ExecutionId, about: About) {
        if let Some(seated) = self.active().get_mut(&id) {
            seated.about = Some(about);
        }
    }

    /// What this node drives, for the watchdog.
    pub(crate) fn driven(&self) -> HashMap<ExecutionId, About> {
        self.active().iter().filter_map(|(id, seated)| Some((*id, seated.about?))).collect()
    }

    /// How many executions this node drives; what waits is not among them.
    pub fn driving(&self) -> usize {
        self.active().len()
    }

    /// Whether this node drives the execution.
    pub(super) fn drives(&self, id: ExecutionId) -> bool {
        self.active().contains_key(&id)
    }

    /// How many more executions this node may drive; none while the disk is full.
    pub(super) fn room(&self) -> usize {
        if self.is_disk_full() {
            return 0;
        }
        self.0.parts.limits.active.saturating_sub(self.active().len())
    }

    /// Lets everything go at once, as a crash would: calls end, nothing more is committed.
    pub(super) fn let_go(&self) {
        for (_, seated) in self.active().drain() {
            seated.gone.cancel();
        }
    }

    fn active(&self) -> MutexGuard<'_, HashMap<ExecutionId, Active>> {
        self.0.active.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
