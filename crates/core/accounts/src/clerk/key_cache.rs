use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jsonwebtoken::DecodingKey;
use kit::Timestamp;

use super::FetchKeys;
use super::key_set::KeySet;
use crate::{Error, Result};

/// A key set is fresh for this long; then it is fetched again.
const FRESH_MS: i64 = 60 * 60 * 1_000;
/// A key set that cannot be fetched again is used for this long.
const STALE_MS: i64 = 24 * 60 * 60 * 1_000;
/// A fresh set is fetched again for an unknown key at most this often.
const UNKNOWN_KEY_PAUSE_MS: i64 = 60_000;
/// After a failure, the next attempt waits for this long.
const FAILURE_PAUSE_MS: i64 = 10_000;

/// The public keys of one issuer. Every issuer has a cache of its own: two Clerk instances may use the same `kid`.
#[derive(Debug)]
pub(super) struct KeyCache {
    url: String,
    source: Arc<dyn FetchKeys>,
    known: Mutex<Known>,
    /// Held by the one who fetches; the others wait, or use what is there.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    tried_at: Option<Timestamp>,
    last_try_failed: bool,
}

/// What the cache can say about a key without asking.
enum Answer {
    Found(DecodingKey),
    /// Not in a set that is fresh.
    Unknown,
    /// In a set that ought to be fetched again.
    Stale(DecodingKey),
    /// There is no set, or an old one without it.
    Missing,
}

impl KeyCache {
    pub(super) fn new(url: String, source: Arc<dyn FetchKeys>) -> Self {
        Self { url, source, known: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// The key of that name. `None`: the issuer has none. An error: nobody can say.
    pub(super) async fn key(&self, kid: &str, now: Timestamp) -> Result<Option<DecodingKey>> {
        // Bound first: the lock of `known` is not held while others are waited for.
        let answer = self.known().answer(kid, now);
        let _turn = match answer {
            Answer::Found(key) => return Ok(Some(key)),
            // One fetches; the others need not wait for it.
            Answer::Stale(key) => match self.fetching.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(Some(key)),
            },
            Answer::Unknown | Answer::Missing => self.fetching.lock().await,
        };
        let known = self.known().clone();
        if known.may_fetch(kid, now) {
            self.fetch(now).await;
        }
        let known = self.known().clone();
        match known.answer(kid, now) {
            Answer::Found(key) | Answer::Stale(key) => Ok(Some(key)),
            Answer::Unknown if !known.last_try_failed => Ok(None),
            Answer::Unknown | Answer::Missing => Err(known.away(now)),
        }
    }

    async fn fetch(&self, now: Timestamp) {
        let body = self.source.fetch(&self.url).await;
        let keys = body
            .and_then(|body| KeySet::parse(&body).ok_or_else(|| "no usable key in the answer".to_owned()));
        let mut known = self.known();
        known.tried_at = Some(now);
        known.last_try_failed = keys.is_err();
        match keys {
            Ok(keys) => known.keys = Some((Arc::new(keys), now)),
            Err(reason) => {
                tracing::warn!(url = self.url, reason, "the keys of the identity provider were not fetched");
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn answer(&self, kid: &str, now: Timestamp) -> Answer {
        let Some((keys, fetched_at)) = &self.keys else { return Answer::Missing };
        let age_ms = now.since_ms(*fetched_at);
        match keys.get(kid) {
            Some(key) if age_ms < FRESH_MS => Answer::Found(key.clone()),
            Some(key) if age_ms < STALE_MS => Answer::Stale(key.clone()),
            None if age_ms < FRESH_MS => Answer::Unknown,
            _ => Answer::Missing,
        }
    }

    fn may_fetch(&self, kid: &str, now: Timestamp) -> bool {
        let pause_ms = match self.answer(kid, now) {
            Answer::Found(_) => return false,
            Answer::Unknown => UNKNOWN_KEY_PAUSE_MS,
            Answer::Stale(_) | Answer::Missing if self.last_try_failed => FAILURE_PAUSE_MS,
            Answer::Stale(_) | Answer::Missing => 0,
        };
        self.tried_at.is_none_or(|moment| now.since_ms(moment) >= pause_ms)
    }

    fn away(&self, now: Timestamp) -> Error {
        let since_ms = self.tried_at.map_or(FAILURE_PAUSE_MS, |moment| now.since_ms(moment));
        let left_ms = (FAILURE_PAUSE_MS - since_ms).clamp(1_000, FAILURE_PAUSE_MS);
        Error::IdentityProviderAway {
            retry_after_s: u64::try_from(left_ms).unwrap_or_default().div_ceil(1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeKeys, KID};

    const HOUR_MS: i64 = 60 * 60 * 1_000;
    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn cache(source: &Arc<FakeKeys>) -> Arc<KeyCache> {
        Arc::new(KeyCache::new("https://clerk.example.com/keys".to_owned(), source.clone()))
    }

    async fn has(cache: &KeyCache, kid: &str, after_ms: i64) -> Option<bool> {
        cache.key(kid, START.plus_ms(after_ms)).await.ok().map(|key| key.is_some())
    }

    #[tokio::test]
    async fn a_set_is_fetched_once_an_hour() {
        let source = FakeKeys::good();
        let cache = cache(&source);
        for (after_ms, fetches) in [(0, 1), (1, 1), (HOUR_MS - 1, 1), (HOUR_MS, 2), (2 * HOUR_MS - 1, 2)] {
            assert_eq!(has(&cache, KID, after_ms).await, Some(true));
            assert_eq!(source.fetches(), fetches, "after {after_ms} ms");
        }
    }

    #[tokio::test]
    async fn j4_a_thousand_unknown_keys_cost_one_fetch_a_minute() {
        let source = FakeKeys::good();
        let cache = cache(&source);
        for number in 0..1_000 {
            assert_eq!(has(&cache, &format!("unknown{number}"), number).await, Some(false));
        }
        assert_eq!(source.fetches(), 1);
        assert_eq!(has(&cache, "unknown", 60_000).await, Some(false));
        assert_eq!(source.fetches(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn j23_a_hundred_cold_requests_cost_one_fetch() {
        let source = FakeKeys::good();
        let cache = cache(&source);
        let requests = (0..100).map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { has(&cache, KID, 0).await })
        });
        for request in requests.collect::<Vec<_>>() {
            assert_eq!(request.await.unwrap(), Some(true));
        }
        assert_eq!(source.fetches(), 1);
    }

    #[tokio::test]
    async fn j20_a_new_key_is_found_after_one_fetch_and_an_old_one_is_gone_after_it() {
        let source = FakeKeys::good();
        let cache = cache(&source);
        assert_eq!(has(&cache, KID, 0).await, Some(true));
        source.set_good_named("rotated");
        assert_eq!(has(&cache, "rotated", 59_999).await, Some(false));
        assert_eq!(has(&cache, "rotated", 60_000).await, Some(true));
        assert_eq!(source.fetches(), 2);
        assert_eq!(has(&cache, KID, 60_001).await, Some(false));
    }

    #[tokio::test]
    async fn j21_a_stale_set_serves_for_a_day_when_there_is_no_new_one() {
        let source = FakeKeys::good();
        let cache = cache(&source);
        assert_eq!(has(&cache, KID, 0).await, Some(true));
        source.set_down();
        assert_eq!(has(&cache, KID, HOUR_MS).await, Some(true));
        assert_eq!(has(&cache, KID, HOUR_MS + 9_999).await, Some(true));
        assert_eq!(source.fetches(), 2, "a failure is not repeated at once");
        assert_eq!(has(&cache, KID, HOUR_MS + 10_000).await, Some(true));
        assert_eq!(source.fetches(), 3);
        assert_eq!(has(&cache, "unknown", 2 * HOUR_MS).await, None, "nobody can say");
        assert_eq!(has(&cache, KID, 24 * HOUR_MS - 1).await, Some(true));
        assert_eq!(has(&cache, KID, 24 * HOUR_MS).await, None);
        source.set_good_named(KID);
        assert_eq!(has(&cache, KID, 25 * HOUR_MS).await, Some(true));
    }

    #[tokio::test]
    async fn j21_without_any_set_nobody_comes_in_and_the_pause_is_told() {
        let source = FakeKeys::good();
        source.set_down();
        let cache = cache(&source);
        for (after_ms, wait_s, fetches) in [(0, 10, 1), (4_000, 6, 1), (9_999, 1, 1), (10_000, 10, 2)] {
            let error = cache.key(KID, START.plus_ms(after_ms)).await.unwrap_err();
            assert!(
                matches!(error, Error::IdentityProviderAway { retry_after_s } if retry_after_s == wait_s),
                "{error}"
            );
            assert_eq!(source.fetches(), fetches, "after {after_ms} ms");
        }
    }

    #[tokio::test]
    async fn j22_an_answer_without_a_usable_key_leaves_the_old_set_in_place() {
        let source = FakeKeys::good();
        let cache = cache(&source);
        assert_eq!(has(&cache, KID, 0).await, Some(true));
        for (number, body) in
            ["<html>", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"AA\"}]}"]
                .iter()
                .enumerate()
        {
            source.set_body(body.as_bytes());
            let after_ms = HOUR_MS * (i64::try_from(number).unwrap() + 1);
            assert_eq!(has(&cache, KID, after_ms).await, Some(true), "{body}");
        }
        assert_eq!(source.fetches(), 4);
    }
}
