//! Whether an answer is known already, or being asked for.

use std::sync::Arc;

use futures::FutureExt;
use kit::Secret;

use super::Inner;
use super::alike::Alike;
use crate::cache::{self, CacheKey, CacheOutcome, CacheWish, Flights, Kept, Role, Told};
use crate::route::routes;
use crate::{Caller, Error};

/// What the cache said.
pub(super) enum Looked {
    /// The answer.
    Known(CacheOutcome, Kept),
    /// Nothing; what is to be kept where, and told to whom.
    Unknown(Option<Place>),
}

/// Where an answer will be kept.
pub(super) struct Place {
    pub(super) key: CacheKey,
    pub(super) ttl_ms: i64,
    pub(super) lead: Option<cache::Lead>,
    pub(super) may_keep: bool,
    /// Where the question stands among others, when it may be answered for those too.
    pub(super) alike: Option<Alike>,
}

/// What is looked up.
pub(super) struct Subject<'a> {
    pub(super) asked_model: &'a str,
    /// What kind of answer it is: those of one kind have one form.
    pub(super) kind: &'a str,
    pub(super) body: &'a [u8],
    pub(super) temperature: Option<f64>,
    /// Whether the answer comes at once and can be shared with others who wait.
    pub(super) is_whole: bool,
}

/// Looks an answer up; where the same is being asked, waits for it.
pub(super) async fn look_up(
    inner: &Arc<Inner>,
    caller: &Caller,
    subject: &Subject<'_>,
    wish: CacheWish,
) -> Result<Looked, Error> {
    let now = inner.sources.clock.now();
    let ttl_ms = wish.ttl_ms(subject.temperature).filter(|_| inner.store.is_on());
    let Some(ttl_ms) = ttl_ms else { return Ok(Looked::Unknown(None)) };
    // The key that would be used first: what one key was answered is not given to another.
    let first = routes(&inner.settings, subject.asked_model)?.into_iter().next();
    let keys = match &first {
        Some(route) => inner.keys.of(caller, route, now).await,
        None => Vec::new(),
    };
    let own: Option<&Secret> = keys.first().and_then(|key| key.own());
    let Some(key) = cache::key(caller.owner, own, subject.kind, subject.body) else {
        return Ok(Looked::Unknown(None));
    };
    let known = if wish.no_cache { None } else { inner.store.get(&key, now) };
    if let Some(kept) = known {
        return Ok(Looked::Known(CacheOutcome::Hit, kept));
    }
    let mut alike = None;
    if caller.similarity.is_some() {
        // Boxed: few ask for it, and every call would carry its state.
        alike = Alike::of(inner, caller, subject, own).boxed().await;
        let near = alike.as_ref().filter(|_| !wish.no_cache).and_then(|alike| alike.find(inner, caller));
        if let Some((likeness, kept)) = near {
            return Ok(Looked::Known(CacheOutcome::Similar(likeness), kept));
        }
    }
    let may_share = subject.is_whole && !wish.no_cache && !wish.no_store;
    let lead = match may_share {
        true => match lead_or_answer(inner, key).await {
            Ok(lead) => lead,
            Err(kept) => return Ok(Looked::Known(CacheOutcome::Joined, kept)),
        },
        false => None,
    };
    Ok(Looked::Unknown(Some(Place { key, ttl_ms, lead, may_keep: !wish.no_store, alike })))
}

/// The duty to ask for all who want the same, or the answer of who had it; where that one failed, the next has it.
async fn lead_or_answer(inner: &Inner, key: CacheKey) -> Result<Option<cache::Lead>, Kept> {
    loop {
        match inner.flights.join(key) {
            Role::Lead(lead) => return Ok(Some(lead)),
            Role::Follow(receiver) => match Flights::wait(receiver).await {
                Told::Answer(kept) => return Err(kept),
                Told::NotShared => return Ok(None),
                Told::Nothing => {}
            },
        }
    }
}

impl Inner {
    /// Keeps a whole answer, for the same question and for those that are like it.
    pub(super) fn keep(&self, key: CacheKey, kept: Kept, ttl_ms: i64, alike: Option<Alike>) {
        self.store.put(key, kept, ttl_ms, self.sources.clock.now());
        if let Some(alike) = alike {
            alike.keep(self, key, ttl_ms);
        }
    }
}

impl Place {
    /// Keeps a whole answer, and gives it to who waits.
    pub(super) fn keep(self, inner: &Inner, kept: Kept) {
        if self.may_keep {
            inner.keep(self.key, kept.clone(), self.ttl_ms, self.alike);
        }
        if let Some(lead) = self.lead {
            lead.tell(kept);
        }
    }

    /// There is an answer, and it is not one to be given again.
    pub(super) fn leave(self) {
        if let Some(lead) = self.lead {
            lead.keep_to_itself();
        }
    }
}
