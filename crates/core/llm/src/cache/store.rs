use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kit::Timestamp;
use serde::Serialize;

use super::{CacheKey, Kept, until};

/// Answers in memory, the longest unused of which make room for new ones.
#[derive(Debug)]
pub(crate) struct Store {
    max_bytes: usize,
    shelves: Mutex<Shelves>,
}

#[derive(Debug, Default)]
struct Shelves {
    by_key: HashMap<CacheKey, Entry>,
    /// From the longest unused to the latest.
    by_use: BTreeMap<u64, CacheKey>,
    uses: u64,
    bytes: usize,
    hits: u64,
    misses: u64,
}

#[derive(Debug)]
struct Entry {
    kept: Kept,
    until: Timestamp,
    use_number: u64,
}

/// How the cache does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreHealth {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

impl Store {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, shelves: Mutex::default() }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.max_bytes > 0
    }

    pub(crate) fn get(&self, key: &CacheKey, now: Timestamp) -> Option<Kept> {
        let mut guard = self.lock();
        let shelves = &mut *guard;
        if shelves.by_key.get(key).is_some_and(|entry| entry.until <= now) {
            shelves.remove(key);
        }
        let Some(entry) = shelves.by_key.get_mut(key) else {
            shelves.misses += 1;
            return None;
        };
        shelves.hits += 1;
        shelves.uses += 1;
        shelves.by_use.remove(&entry.use_number);
        entry.use_number = shelves.uses;
        shelves.by_use.insert(entry.use_number, *key);
        Some(entry.kept.clone())
    }

    /// Keeps an answer; one that would fill an eighth of the store is not worth the others.
    pub(crate) fn put(&self, key: CacheKey, kept: Kept, ttl_ms: i64, now: Timestamp) {
        let bytes = kept.bytes();
        if bytes > self.max_bytes / 8 {
            return;
        }
        let mut shelves = self.lock();
        shelves.remove(&key);
        shelves.uses += 1;
        let use_number = shelves.uses;
        shelves.bytes += bytes;
        shelves.by_use.insert(use_number, key);
        shelves.by_key.insert(key, Entry { kept, until: until(now, ttl_ms), use_number });
        while shelves.bytes > self.max_bytes
            && let Some((_, oldest)) = shelves.by_use.first_key_value()
        {
            let oldest = *oldest;
            shelves.remove(&oldest);
        }
    }

    pub(crate) fn health(&self) -> StoreHealth {
        let shelves = self.lock();
        let Shelves { hits, misses, bytes, .. } = *shelves;
        StoreHealth { hits, misses, bytes, entries: shelves.by_key.len() }
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn remove(&mut self, key: &CacheKey) {
        if let Some(entry) = self.by_key.remove(key) {
            self.by_use.remove(&entry.use_number);
            self.bytes -= entry.kept.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn kept(body: &str) -> Kept {
        Kept { body: body.to_owned().into(), model: "m".into(), provider: "p".into() }
    }

    #[test]
    fn an_answer_is_kept_until_its_time() {
        let store = Store::new(1 << 20);
        store.put([1; 32], kept("a"), 300_000, NOW);
        assert_eq!(store.get(&[1; 32], NOW.plus_ms(299_999)).unwrap().body, "a");
        assert!(store.get(&[1; 32], NOW.plus_ms(300_000)).is_none());
        let health = store.health();
        assert_eq!((health.hits, health.misses, health.entries, health.bytes), (1, 1, 0, 0));
    }

    #[test]
    fn the_longest_unused_make_room_and_a_giant_is_not_kept() {
        let store = Store::new(8_000);
        let body = "x".repeat(500);
        for number in 0..10 {
            store.put([number; 32], kept(&body), 1_000, NOW);
        }
        assert!(store.get(&[0; 32], NOW).is_some());
        store.put([10; 32], kept(&body), 1_000, NOW);
        assert!(store.get(&[0; 32], NOW).is_some(), "it was used lately");
        assert!(store.get(&[1; 32], NOW).is_none(), "it was not");
        store.put([11; 32], kept(&"x".repeat(2_000)), 1_000, NOW);
        assert!(store.get(&[11; 32], NOW).is_none());
        assert!(store.health().bytes <= 8_000);
    }
}
