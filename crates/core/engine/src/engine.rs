use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flow::catalogue::Catalogue;
use journal::Journal;
use kit::Sources;
use kit::ids::{ExecutionId, NodeId, VersionId};
use tokio::sync::broadcast;
use tokio_util::task::TaskTracker;

use crate::owners::{Admission, Keeper};
use crate::plan::Plan;
use crate::running::Active;
use crate::triggers::WebhookCache;
use crate::{Error, Registry, Result};

/// Runs flows: claim, decide, record, act. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

/// What an engine is made of.
pub struct Parts {
    /// Where everything is remembered.
    pub journal: Journal,
    /// What listeners can do.
    pub registry: Registry,
    /// Who may start runs.
    pub admission: Arc<dyn Admission>,
    /// Who keeps secrets.
    pub keeper: Arc<dyn Keeper>,
    /// Time and randomness.
    pub sources: Sources,
    /// Whether no other node can be alive (SQLite): what others left is taken over at once.
    pub is_alone: bool,
    /// The program's version, for the register of nodes.
    pub version: &'static str,
}

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) node: NodeId,
    pub(crate) catalogue: Catalogue,
    pub(crate) plans: Mutex<HashMap<VersionId, Arc<Plan>>>,
    pub(crate) webhooks: WebhookCache,
    pub(crate) active: Mutex<HashMap<ExecutionId, Active>>,
    pub(crate) committed: broadcast::Sender<ExecutionId>,
    pub(crate) tasks: TaskTracker,
    phase: AtomicU8,
}

/// Whether the engine takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Not yet.
    Starting,
    /// Yes.
    Ready,
    /// No more.
    Draining,
    /// Its database does not answer.
    DatabaseAway,
}

impl Engine {
    /// An engine that takes no work until [`Engine::begin`].
    pub fn new(parts: Parts) -> Self {
        let node = parts.sources.id();
        let catalogue = parts.registry.catalogue();
        Self(Arc::new(Inner {
            parts,
            node,
            catalogue,
            plans: Mutex::default(),
            webhooks: WebhookCache::default(),
            active: Mutex::default(),
            committed: broadcast::channel(1_024).0,
            tasks: TaskTracker::new(),
            phase: AtomicU8::new(0),
        }))
    }

    /// Whether it takes work.
    pub async fn readiness(&self) -> Readiness {
        match self.phase() {
            Readiness::Ready if self.journal().ping().await.is_err() => Readiness::DatabaseAway,
            phase => phase,
        }
    }

    /// What handlers there are.
    pub fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// This process's id among the nodes.
    pub fn node(&self) -> NodeId {
        self.0.node
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.0.parts.journal
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.0.parts.sources
    }

    pub(crate) fn phase(&self) -> Readiness {
        match self.0.phase.load(Ordering::Acquire) {
            0 => Readiness::Starting,
            1 => Readiness::Ready,
            _ => Readiness::Draining,
        }
    }

    pub(crate) fn enter(&self, phase: Readiness) {
        let number = match phase {
            Readiness::Starting => 0,
            Readiness::Ready => 1,
            Readiness::Draining | Readiness::DatabaseAway => 2,
        };
        self.0.phase.store(number, Ordering::Release);
    }

    /// Refuses work outside the time in which it is taken.
    pub(crate) fn check_ready(&self) -> Result<()> {
        match self.phase() {
            Readiness::Ready => Ok(()),
            Readiness::Starting => Err(Error::NotReady("starting")),
            _ => Err(Error::NotReady("closing")),
        }
    }

    pub(crate) fn active(&self) -> std::sync::MutexGuard<'_, HashMap<ExecutionId, Active>> {
        self.0.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
