use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow::catalogue::Catalogue;
use journal::Journal;
use kit::ids::{ExecutionId, NodeId, VersionId};
use kit::{Sources, Timestamp};
use tokio::sync::{Notify, broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::flows::Showing;
use crate::owners::{Admission, Keeper};
use crate::plan::Plan;
use crate::running::{Active, Gates, MOST_ACTIVE, Reply, Slots, Turns, Voices};
use crate::triggers::WebhookCache;
use crate::watchdog::{Alarm, Watchdog, Watching};
use crate::{Error, Registry, Result};

/// How long somebody who asks whether the database answers waits for it.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is asked of a node that cannot reach its database.
pub(crate) const CUT_OFF: Error = Error::NotReady("cut off from its database");

/// Runs flows: claim, decide, record, act. Cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("node", &self.0.node).finish_non_exhaustive()
    }
}

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
    /// How much it does at a time.
    pub limits: Limits,
    /// Time and randomness.
    pub sources: Sources,
    /// Whether no other node can be alive (SQLite): what others left is taken over at once.
    pub is_alone: bool,
    /// The program's version, for the register of nodes.
    pub version: &'static str,
    /// Where operators reach this node, for the register of nodes.
    pub address: Option<String>,
    /// What the watchdog looks for.
    pub watchdog: Watchdog,
    /// Who passes alerts on; nobody, and they are only kept, when absent.
    pub alarm: Option<Arc<dyn Alarm>>,
}

/// How much one node does at a time; what is more waits on disk or for its turn.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Executions that it drives.
    pub active: usize,
    /// Calls of handlers.
    pub calls: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { active: MOST_ACTIVE, calls: 256 }
    }
}

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) node: NodeId,
    pub(crate) catalogue: Catalogue,
    pub(crate) plans: Mutex<HashMap<VersionId, Arc<Plan>>>,
    /// What executions that are over showed of their payloads.
    pub(crate) seen: Mutex<HashMap<ExecutionId, Showing>>,
    pub(crate) webhooks: WebhookCache,
    pub(crate) active: Mutex<HashMap<ExecutionId, Active>>,
    /// Callers whose executions wait.
    pub(crate) callers: Mutex<HashMap<ExecutionId, Reply>>,
    pub(crate) slots: Slots,
    pub(crate) gates: Gates,
    pub(crate) turns: Mutex<Turns>,
    pub(crate) committed: broadcast::Sender<ExecutionId>,
    /// Who listens to what models say.
    pub(crate) voices: Arc<Voices>,
    /// What was committed here, on its way to other nodes.
    pub(crate) outgoing:
        (mpsc::UnboundedSender<ExecutionId>, tokio::sync::Mutex<mpsc::UnboundedReceiver<ExecutionId>>),
    pub(crate) tasks: TaskTracker,
    /// Says that there may be work to claim.
    pub(crate) work: Notify,
    /// When the next waiting execution is due, in milliseconds since the epoch, as of the last look.
    pub(crate) next_wake: AtomicI64,
    /// Whether there was no room at the last look.
    pub(crate) is_full: AtomicBool,
    /// Whether little room is left, as the frame sees it.
    is_disk_low: AtomicBool,
    /// Whether other nodes were alive at the last look.
    pub(crate) has_peers: AtomicBool,
    pub(crate) watching: tokio::sync::Mutex<Watching>,
    /// Says that there may be an alert to pass on.
    pub(crate) alerted: Notify,
    /// Whether this node cannot say that it is alive: others take over what it has.
    pub(crate) is_cut_off: watch::Sender<bool>,
    /// Fires when the engine ends.
    pub(crate) closed: CancellationToken,
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
    /// Not until there is room on the disk.
    DiskFull,
}

impl Engine {
    /// An engine that takes no work until [`Engine::begin`].
    pub fn new(parts: Parts) -> Self {
        let node = parts.sources.id();
        let catalogue = parts.registry.catalogue();
        let slots = Slots::new(parts.limits.calls);
        let (outgoing, outbox) = mpsc::unbounded_channel();
        let (committed, heard) = broadcast::channel(1_024);
        Self(Arc::new(Inner {
            parts,
            node,
            catalogue,
            plans: Mutex::default(),
            seen: Mutex::default(),
            webhooks: WebhookCache::default(),
            active: Mutex::default(),
            callers: Mutex::default(),
            slots,
            gates: Gates::default(),
            turns: Mutex::default(),
            outgoing: (outgoing, tokio::sync::Mutex::new(outbox)),
            work: Notify::new(),
            next_wake: AtomicI64::new(i64::MAX),
            is_full: AtomicBool::new(false),
            is_disk_low: AtomicBool::new(false),
            has_peers: AtomicBool::new(false),
            is_cut_off: watch::Sender::new(false),
            closed: CancellationToken::new(),
            committed,
            voices: Arc::default(),
            watching: tokio::sync::Mutex::new(Watching::new(heard)),
            alerted: Notify::new(),
            tasks: TaskTracker::new(),
            phase: AtomicU8::new(0),
        }))
    }

    /// Whether it takes work.
    pub async fn readiness(&self) -> Readiness {
        match self.phase() {
            Readiness::Ready if self.is_disk_full() => Readiness::DiskFull,
            Readiness::Ready if self.is_cut_off() || !self.database_answers().await => {
                Readiness::DatabaseAway
            }
            phase => phase,
        }
    }

    /// Says whether little room is left on the disk: then nothing is begun, neither executions nor calls of handlers, and
    /// all goes on once there is room again.
    pub fn set_disk_low(&self, is_low: bool) {
        if self.0.is_disk_low.swap(is_low, Ordering::Relaxed) && !is_low {
            self.look_soon();
        }
    }

    /// Whether there is no room to begin anything.
    pub(crate) fn is_disk_full(&self) -> bool {
        self.0.is_disk_low.load(Ordering::Relaxed) || self.journal().is_full()
    }

    async fn database_answers(&self) -> bool {
        matches!(tokio::time::timeout(PATIENCE, self.journal().ping()).await, Ok(Ok(())))
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

    pub(crate) fn now(&self) -> Timestamp {
        self.sources().clock.now()
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
            Readiness::Draining | Readiness::DatabaseAway | Readiness::DiskFull => 2,
        };
        self.0.phase.store(number, Ordering::Release);
    }

    /// Refuses work outside the time in which it is taken.
    pub(crate) fn check_ready(&self) -> Result<()> {
        match self.phase() {
            Readiness::Ready if self.is_disk_full() => Err(Error::DiskFull),
            Readiness::Ready if self.is_cut_off() => Err(CUT_OFF),
            Readiness::Ready => Ok(()),
            Readiness::Starting => Err(Error::NotReady("starting")),
            _ => Err(Error::NotReady("closing")),
        }
    }
}
