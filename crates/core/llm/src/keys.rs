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

/// A key or its absence, by owner and provider, and until when that is believed.
type Remembered = HashMap<(OwnerId, String), (Option<Secret>, Timestamp)>;

/// The owners' keys, as they were a moment ago.
pub(crate) struct Keys {
    credentials: Arc<dyn Credentials>,
    remembered: Mutex<Remembered>,
}

impl Keys {
    pub(crate) fn new(credentials: Arc<dyn Credentials>) -> Self {
        Self { credentials, remembered: Mutex::default() }
    }

    /// The keys for a route, the owner's own before the operator's; none at all when somebody has to bring one.
    pub(crate) async fn of(&self, caller: &Caller, route: &Route<'_>, now: Timestamp) -> Vec<Key> {
        let provider = route.provider;
        let own = match Tier::of(&caller.tier).may_bring_keys() {
            true => self.own(caller.owner, &provider.name, now).await.map(Key::Owner),
            false => None,
        };
        let platform = match (&provider.api_key, caller.keys) {
            (_, KeyPolicy::OwnOnly) => None,
            (Some(key), KeyPolicy::OwnFirst) => Some(Key::Operator(key.clone())),
            (None, KeyPolicy::OwnFirst) => (!provider.needs_key).then_some(Key::None),
        };
        own.into_iter().chain(platform).collect()
    }

    /// Tells that a provider does not take an owner's key.
    pub(crate) async fn refused(&self, owner: OwnerId, provider: &str, key: &Secret, reason: &str) {
        self.lock().remove(&(owner, provider.to_owned()));
        self.credentials.refused(owner, provider, key, reason).await;
    }

    async fn own(&self, owner: OwnerId, provider: &str, now: Timestamp) -> Option<Secret> {
        let place = (owner, provider.to_owned());
        if let Some((key, until)) = self.lock().get(&place)
            && now < *until
        {
            return key.clone();
        }
        let key = self.credentials.key(owner, provider).await;
        let mut remembered = self.lock();
        if remembered.len() >= CAPACITY {
            remembered.retain(|_, (_, until)| now < *until);
        }
        if remembered.len() < CAPACITY {
            remembered.insert(place, (key.clone(), now.plus_ms(REMEMBERED_MS)));
        }
        key
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
