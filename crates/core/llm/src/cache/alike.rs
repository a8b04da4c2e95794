//! Questions that were asked before in nearly the same words: where their answers are kept.
//!
//! Whose question it is comes before how like it is: only what stands in one partition (one owner, one key, one model, the
//! same settings and the same conversation before it) is ever compared.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kit::Timestamp;

use super::{CacheKey, Threshold, Vector};

/// What could be answered by one another, named as [`super::partition`] does.
pub(crate) type Partition = [u8; 32];

/// The questions in memory, the oldest of which make room for new ones.
#[derive(Debug)]
pub(crate) struct Alikes {
    max_bytes: usize,
    shelves: Mutex<Shelves>,
}

#[derive(Debug, Default)]
struct Shelves {
    by_partition: HashMap<Partition, VecDeque<Entry>>,
    /// One mark for each entry, from the oldest on; within a partition entries have the same order.
    order: VecDeque<Partition>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    vector: Vector,
    key: CacheKey,
    until: Timestamp,
}

impl Alikes {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, shelves: Mutex::default() }
    }

    /// The most similar question of a partition from the threshold on: under which key its answer is, and how similar.
    pub(crate) fn find(
        &self,
        partition: &Partition,
        vector: &Vector,
        threshold: Threshold,
        now: Timestamp,
    ) -> Option<(CacheKey, f32)> {
        let shelves = self.lock();
        let entries = shelves.by_partition.get(partition)?.iter().filter(|entry| now < entry.until);
        let near = entries.map(|entry| (entry.key, vector.similarity(&entry.vector)));
        near.filter(|(_, score)| threshold.admits(*score)).max_by(|a, b| a.1.total_cmp(&b.1))
    }

    pub(crate) fn put(&self, partition: Partition, vector: Vector, key: CacheKey, until: Timestamp) {
        let entry = Entry { vector, key, until };
        if entry.bytes() > self.max_bytes / 8 {
            return;
        }
        let mut shelves = self.lock();
        shelves.bytes += entry.bytes();
        shelves.by_partition.entry(partition).or_default().push_back(entry);
        shelves.order.push_back(partition);
        while shelves.bytes > self.max_bytes && shelves.forget_oldest() {}
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn forget_oldest(&mut self) -> bool {
        let Some(partition) = self.order.pop_front() else { return false };
        if let Some(entries) = self.by_partition.get_mut(&partition) {
            self.bytes -= entries.pop_front().map_or(0, |entry| entry.bytes());
            if entries.is_empty() {
                self.by_partition.remove(&partition);
            }
        }
        true
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        // With the mark, and the partition that may be there for it alone.
        const ENTRY_BYTES: usize = 256;
        self.vector.bytes() + ENTRY_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn words(text: &str) -> Vector {
        Vector::of_words(text)
    }

    #[test]
    fn the_most_similar_of_the_partition_is_found_until_its_time() {
        let alikes = Alikes::new(1 << 20);
        let threshold = Threshold::new(0.7).unwrap();
        let later = NOW.plus_ms(1_000);
        alikes.put([1; 32], words("how do I reset my password"), [1; 32], later);
        alikes.put([1; 32], words("how do I reset my passwords"), [2; 32], later);
        alikes.put([2; 32], words("how do I reset my password?"), [3; 32], later);
        let asked = words("How do I reset my passwords?");
        let found = alikes.find(&[1; 32], &asked, threshold, NOW).unwrap();
        assert_eq!(found.0, [2; 32]);
        assert!(alikes.find(&[3; 32], &asked, threshold, NOW).is_none(), "nobody asked there");
        assert!(alikes.find(&[1; 32], &words("where is the station"), threshold, NOW).is_none());
        assert!(alikes.find(&[1; 32], &asked, threshold, later).is_none());
    }

    #[test]
    fn the_oldest_make_room() {
        let alikes = Alikes::new(16_384);
        for number in 0..200_u8 {
            alikes.put(
                [number % 7; 32],
                words(&format!("question of {number}")),
                [number; 32],
                NOW.plus_ms(1),
            );
        }
        let shelves = alikes.lock();
        let kept: Vec<&Entry> = shelves.by_partition.values().flatten().collect();
        assert!(
            shelves.bytes <= 16_384 && shelves.bytes == kept.iter().map(|entry| entry.bytes()).sum::<usize>()
        );
        assert_eq!(kept.len(), shelves.order.len());
        assert!(!kept.is_empty() && kept.iter().all(|entry| entry.key[0] > 100), "the newest are there");
    }
}
