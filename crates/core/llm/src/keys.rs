//! Which keys a call may be made with, in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kit::ids::OwnerId;
use kit::{Secret, Timestamp};

use crate::route::Route;
use crate::upstream::Key;
use crate::{Caller, Credentials, KeyPolicy, Tier};

/// Reading and opening a key costs more than a whole call's way: it is remembered for a moment.
const REMEMBERED_MS: i64 = 5_000;
const CAPACITY: usize = 10_000;

/// By owner and provider, and until when it is believed.
type Remembered = HashMap<(OwnerId, String), (Own, Timestamp)>;

/// What an owner has and wants.
#[derive(Clone)]
struct Own {
    key: Option<Secret>,
    policy: KeyPolicy,
}

/// The owners' keys, as they were a moment ago.
pub(crate) struct Keys {
    credentials: Arc<dyn Credentials>,
    /// Whether the tier does not matter.
    every_tier_brings: bool,
    remembered: Mutex<Remembered>,
}

impl Keys {
    pub(crate) fn new(credentials: Arc<dyn Credentials>, every_tier_brings: bool) -> Self {
        Self { credentials, every_tier_brings, remembered: Mutex::default() }
    }

    /// Whether own keys are used on a tier.
    pub(crate) fn may_bring(&self, tier: &str) -> bool {
        self.every_tier_brings || Tier::of(tier).may_bring_keys()
    }

    /// The keys for a route, the owner's own before the operator's; none at all when somebody has to bring one.
    pub(crate) async fn of(&self, caller: &Caller, route: &Route<'_>, now: Timestamp) -> Vec<Key> {
        let provider = route.provider;
        let Own { key, policy } = self.own(caller.owner, &provider.name, now).await;
        let own = key.filter(|_| self.may_bring(&caller.tier)).map(Key::Owner);
        let is_own_only = policy == KeyPolicy::OwnOnly || caller.keys == KeyPolicy::OwnOnly;
        let platform = match &provider.api_key {
            _ if is_own_only => None,
            Some(key) => Some(Key::Operator(key.clone())),
            None => (!provider.needs_key).then_some(Key::None),
        };
        own.into_iter().chain(platform).collect()
    }

    /// Forgets what an owner had: something about it has changed.
    pub(crate) fn forget(&self, owner: OwnerId) {
        self.lock().retain(|(of, _), _| *of != owner);
    }

    /// Tells that a provider does not take an owner's key.
    pub(crate) async fn refused(&self, owner: OwnerId, provider: &str, key: &Secret, reason: &str) {
        self.lock().remove(&(owner, provider.to_owned()));
        self.credentials.refused(owner, provider, key, reason).await;
    }

    async fn own(&self, owner: OwnerId, provider: &str, now: Timestamp) -> Own {
        let place = (owner, provider.to_owned());
        if let Some((own, until)) = self.lock().get(&place)
            && now < *until
        {
            return own.clone();
        }
        let key = self.credentials.key(owner, provider).await;
        let own = Own { key, policy: self.credentials.policy(owner).await };
        let mut remembered = self.lock();
        if remembered.len() >= CAPACITY {
            remembered.retain(|_, (_, until)| now < *until);
        }
        if remembered.len() < CAPACITY {
            remembered.insert(place, (own.clone(), now.plus_ms(REMEMBERED_MS)));
        }
        own
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
