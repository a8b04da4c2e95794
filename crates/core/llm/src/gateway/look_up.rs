//! Whether an answer is known already, or being asked for.

use kit::Secret;

use super::Inner;
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
    inner: &Inner,
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
    let mut lead = None;
    if !wish.no_cache {
        if let Some(kept) = inner.store.get(&key, now) {
            return Ok(Looked::Known(CacheOutcome::Hit, kept));
        }
        if subject.is_whole && !wish.no_store {
            lead = match lead_or_answer(inner, key).await {
                Ok(lead) => lead,
                Err(kept) => return Ok(Looked::Known(CacheOutcome::Joined, kept)),
            };
        }
    }
    Ok(Looked::Unknown(Some(Place { key, ttl_ms, lead, may_keep: !wish.no_store })))
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

impl Place {
    /// Keeps a whole answer, and gives it to who waits.
    pub(super) fn keep(self, inner: &Inner, kept: Kept) {
        if self.may_keep {
            inner.store.put(self.key, kept.clone(), self.ttl_ms, inner.sources.clock.now());
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
