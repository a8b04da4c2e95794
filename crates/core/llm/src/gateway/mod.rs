//! The one way to a model.

mod alike;
mod arrange;
mod attempt;
mod chat;
mod check_key;
mod look_up;
mod ongoing;
mod opened;
mod pass;
mod question;
mod relay;
mod simulated;
mod spoken;
mod traced;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use db::{Db, Shared};
use kit::ids::OwnerId;
use kit::{Sources, Timestamp};

pub use self::check_key::{KeyCheck, anothers_key};
pub use self::pass::{Reply, ReplyBody};
use crate::admission::{Admission, Budgets, SharedLimits};
use crate::breaker::Breakers;
use crate::cache::{Alikes, Flights, Store};
use crate::keys::Keys;
use crate::monitor::Monitor;
use crate::price::Prices;
use crate::queue::{Pressure, Turnstile};
use crate::records::{self, Recorder};
use crate::{Credentials, Error, Health, Model, Settings, UsageFilter, UsageRow, health, model};

/// Asks models on behalf of owners. Clones share everything.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

/// What all clones share.
pub(crate) struct Inner {
    pub(crate) settings: Settings,
    client: net::Client,
    keys: Keys,
    pub(crate) sources: Sources,
    pub(crate) breakers: Arc<Breakers>,
    admission: Arc<Admission>,
    budgets: Arc<Budgets>,
    /// What nodes count together; absent on a node that counts by itself.
    shared: OnceLock<Arc<SharedLimits>>,
    /// The life of the shared server in which this node last began to count by itself.
    alone_since: AtomicU64,
    turnstiles: HashMap<String, Arc<Turnstile>>,
    /// Counts the calls that take providers in turn.
    turns: AtomicUsize,
    pub(crate) pressure: Arc<Pressure>,
    pub(crate) store: Store,
    /// Questions whose answers may be given to those that are like them.
    alikes: Alikes,
    flights: Arc<Flights>,
    prices: Prices,
    pub(crate) monitor: Monitor,
    records: OnceLock<(Recorder, Db)>,
}

impl Gateway {
    /// A gateway to the providers of the settings, which keeps no records yet.
    pub fn new(
        settings: Settings,
        client: net::Client,
        credentials: Arc<dyn Credentials>,
        sources: Sources,
    ) -> Self {
        let pressure = Arc::<Pressure>::default();
        let turnstile = |places| Turnstile::new(places, Arc::clone(&pressure));
        let turnstiles = settings.providers.iter().map(|p| (p.name.clone(), turnstile(p.concurrency)));
        Self(Arc::new(Inner {
            turnstiles: turnstiles.collect(),
            turns: AtomicUsize::new(0),
            store: Store::new(settings.cache_bytes),
            alikes: Alikes::new(settings.cache_bytes / 8),
            prices: Prices::new(&settings),
            keys: Keys::new(credentials, settings.every_tier_brings_keys),
            client,
            sources,
            breakers: Arc::default(),
            admission: Arc::default(),
            budgets: Arc::default(),
            shared: OnceLock::new(),
            alone_since: AtomicU64::new(0),
            pressure,
            flights: Arc::default(),
            monitor: Monitor::default(),
            records: OnceLock::new(),
            settings,
        }))
    }

    /// Keeps a record of every call from now on; inside a runtime.
    pub fn keep_records(&self, db: Db) {
        self.0.records.get_or_init(|| (Recorder::start(db.clone(), self.0.prices.clone()), db));
    }

    /// Counts limits and budgets with other nodes from now on, through a shared server; inside a runtime.
    pub fn share(&self, shared: Shared) {
        self.0.shared.get_or_init(|| SharedLimits::start(shared, &self.0.sources.entropy));
    }

    /// Whether limits and budgets are counted with other nodes just now, and not by this one alone.
    pub fn is_sharing(&self) -> bool {
        self.0.shared.get().is_some_and(|shared| shared.is_up())
    }

    /// Waits until the records of all calls that have ended are written.
    pub async fn flush(&self) {
        if let Some(shared) = self.0.shared.get() {
            shared.flush().await;
        }
        if let Some((recorder, _)) = self.0.records.get() {
            recorder.flush().await;
        }
    }

    /// Removes the records of calls before a moment, in small transactions; answers how many.
    pub async fn prune(&self, before: Timestamp) -> Result<u64, Error> {
        match self.0.records.get() {
            Some((_, db)) => records::prune(db, before).await,
            None => Ok(0),
        }
    }

    /// The models that are known by name, aliases and `echo` among them; providers may have more.
    pub fn models(&self) -> Vec<Model> {
        model::listed(&self.0.settings)
    }

    /// Asks for an owner's keys and wishes anew from now on: they have changed.
    pub fn forget_keys(&self, owner: OwnerId) {
        self.0.keys.forget(owner);
    }

    /// Whether calls of owners on a tier are made with their own keys, where they have any.
    pub fn may_bring_keys(&self, tier: &str) -> bool {
        self.0.keys.may_bring(tier)
    }

    /// How it is with providers, queue and cache on this node.
    pub fn health(&self) -> Health {
        health::health(&self.0)
    }

    /// An owner's calls by day, flow and model; none when no records are kept.
    pub async fn usage(&self, owner: OwnerId, filter: &UsageFilter) -> Result<Vec<UsageRow>, Error> {
        match self.0.records.get() {
            Some((_, db)) => records::usage(db, owner, filter).await,
            None => Ok(Vec::new()),
        }
    }
}

impl Inner {
    /// A node that begins to count by itself reads again what was spent: others have spent meanwhile.
    pub(crate) fn forget_once(&self, shared: &SharedLimits) {
        let generation = shared.generation();
        if self.alone_since.swap(generation, Ordering::Relaxed) != generation {
            self.budgets.forget();
        }
    }

    pub(crate) fn turnstile(&self, provider: &str) -> Option<&Arc<Turnstile>> {
        self.turnstiles.get(provider)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
