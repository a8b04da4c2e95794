//! What one owner used in the last minute: exact sliding windows, pure.

use std::collections::VecDeque;

use kit::Timestamp;

pub(super) const WINDOW_MS: i64 = 60_000;

/// One owner's window of one lane.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: VecDeque<Entry>,
    tokens: u64,
    pub(super) in_flight: u32,
    next: u64,
}

/// An admitted call: its request counts from when it was admitted, its tokens as reserved and later as counted.
#[derive(Debug, Clone, Copy)]
struct Entry {
    number: u64,
    at: Timestamp,
    tokens: u64,
}

/// What an owner may do in a window; nothing is limited where it is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) requests: Option<u64>,
    pub(crate) tokens: Option<u64>,
    pub(crate) concurrency: u32,
}

/// Which limit is in the way, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Requests {
        limit: u64,
        wait_ms: i64,
    },
    Tokens {
        limit: u64,
        wait_ms: i64,
    },
    Concurrency {
        limit: u32,
    },
    /// It alone is over the limit.
    Never {
        limit: u64,
    },
}

impl Ledger {
    /// Reserves, and gives the entry's number; a refusal changes nothing.
    pub(super) fn admit(&mut self, limits: &Limits, tokens: u64, now: Timestamp) -> Result<u64, Refusal> {
        self.slide(now);
        if let Some(limit) = limits.tokens.filter(|limit| tokens > *limit) {
            return Err(Refusal::Never { limit });
        }
        if self.in_flight >= limits.concurrency {
            return Err(Refusal::Concurrency { limit: limits.concurrency });
        }
        if let Some(limit) = limits.requests.filter(|limit| self.entries.len() as u64 >= *limit) {
            let wait_ms = self.entries.front().map_or(WINDOW_MS, |oldest| wait(oldest.at, now));
            return Err(Refusal::Requests { limit, wait_ms });
        }
        if let Some(limit) = limits.tokens.filter(|limit| self.tokens + tokens > *limit) {
            return Err(Refusal::Tokens { limit, wait_ms: self.wait_for(limit - tokens, now) });
        }
        let number = self.next;
        self.next += 1;
        self.entries.push_back(Entry { number, at: now, tokens });
        self.tokens += tokens;
        self.in_flight += 1;
        Ok(number)
    }

    /// Puts what was counted in the place of what was reserved; an entry that has left the window stays gone.
    pub(super) fn settle(&mut self, number: u64, tokens: u64) {
        if let Ok(at) = self.entries.binary_search_by_key(&number, |entry| entry.number) {
            self.tokens = self.tokens - self.entries[at].tokens + tokens;
            self.entries[at].tokens = tokens;
        }
    }

    /// Takes an admission back as if it had not been.
    pub(super) fn forget(&mut self, number: u64) {
        if let Ok(at) = self.entries.binary_search_by_key(&number, |entry| entry.number) {
            self.tokens -= self.entries[at].tokens;
            self.entries.remove(at);
        }
    }

    /// Requests and tokens in the window.
    pub(super) fn used(&mut self, now: Timestamp) -> (u64, u64) {
        self.slide(now);
        (self.entries.len() as u64, self.tokens)
    }

    /// Milliseconds until the whole window is free again.
    pub(super) fn reset_ms(&self, now: Timestamp) -> i64 {
        self.entries.back().map_or(0, |newest| wait(newest.at, now))
    }

    pub(super) fn is_idle(&mut self, now: Timestamp) -> bool {
        self.slide(now);
        self.in_flight == 0 && self.entries.is_empty()
    }

    /// Milliseconds until no more than so many tokens are in the window.
    fn wait_for(&self, tokens: u64, now: Timestamp) -> i64 {
        let mut left = self.tokens;
        for entry in &self.entries {
            left -= entry.tokens;
            if left <= tokens {
                return wait(entry.at, now);
            }
        }
        WINDOW_MS
    }

    fn slide(&mut self, now: Timestamp) {
        while let Some(oldest) = self.entries.front().filter(|oldest| now.since_ms(oldest.at) >= WINDOW_MS) {
            self.tokens -= oldest.tokens;
            self.entries.pop_front();
        }
    }
}

fn wait(at: Timestamp, now: Timestamp) -> i64 {
    (WINDOW_MS - now.since_ms(at)).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { requests: Some(3), tokens: Some(100), concurrency: 2 };

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + ms)
    }

    #[test]
    fn each_limit_refuses_by_its_name_and_says_when() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.admit(&LIMITS, 101, at(0)), Err(Refusal::Never { limit: 100 }));
        ledger.admit(&LIMITS, 60, at(0)).unwrap();
        assert_eq!(ledger.admit(&LIMITS, 60, at(10)), Err(Refusal::Tokens { limit: 100, wait_ms: 59_990 }));
        ledger.admit(&LIMITS, 20, at(10)).unwrap();
        assert_eq!(ledger.admit(&LIMITS, 1, at(20)), Err(Refusal::Concurrency { limit: 2 }));
        ledger.in_flight = 0;
        ledger.admit(&LIMITS, 20, at(20)).unwrap();
        ledger.in_flight = 0;
        assert_eq!(ledger.admit(&LIMITS, 0, at(30)), Err(Refusal::Requests { limit: 3, wait_ms: 59_970 }));
        assert_eq!(ledger.used(at(30)), (3, 100), "refusals consumed nothing");
        assert!(ledger.admit(&LIMITS, 60, at(60_000)).is_ok());
    }

    #[test]
    fn what_was_reserved_too_much_comes_back() {
        let mut ledger = Ledger::default();
        let first = ledger.admit(&LIMITS, 90, at(0)).unwrap();
        ledger.settle(first, 10);
        assert!(ledger.admit(&LIMITS, 90, at(1)).is_ok());
        ledger.forget(first);
        assert_eq!(ledger.used(at(1)), (1, 90));
    }

    #[derive(Debug, Clone)]
    enum Deed {
        Admit(u64),
        Settle(usize, u64),
        Forget(usize),
        Pass(i64),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        prop_oneof![
            (0_u64..120).prop_map(Deed::Admit),
            (any::<usize>(), 0_u64..50).prop_map(|(which, tokens)| Deed::Settle(which, tokens)),
            any::<usize>().prop_map(Deed::Forget),
            (0_i64..40_000).prop_map(Deed::Pass),
        ]
    }

    proptest! {
        /// Against a plain list of what was admitted and when.
        #[test]
        fn no_order_of_deeds_admits_more_than_the_limits(deeds in proptest::collection::vec(deed(), 1..80)) {
            let (mut ledger, mut now) = (Ledger::default(), 0_i64);
            let mut model: Vec<(u64, i64, u64)> = Vec::new();
            for deed in deeds {
                match deed {
                    Deed::Admit(tokens) => {
                        let window: Vec<_> = model.iter().filter(|(_, at, _)| now - at < WINDOW_MS).collect();
                        let used: u64 = window.iter().map(|(_, _, tokens)| tokens).sum();
                        let fits = tokens <= 100 && window.len() < 3 && used + tokens <= 100;
                        let admitted = ledger.admit(&Limits { concurrency: u32::MAX, ..LIMITS }, tokens, at(now));
                        prop_assert_eq!(admitted.is_ok(), fits);
                        if let Ok(number) = admitted {
                            model.push((number, now, tokens));
                        }
                    }
                    Deed::Settle(which, tokens) if !model.is_empty() => {
                        let which = which % model.len();
                        model[which].2 = tokens;
                        ledger.settle(model[which].0, tokens);
                    }
                    Deed::Forget(which) if !model.is_empty() => {
                        let (number, _, _) = model.remove(which % model.len());
                        ledger.forget(number);
                    }
                    Deed::Settle(..) | Deed::Forget(_) => {}
                    Deed::Pass(ms) => now += ms,
                }
                let window = model.iter().filter(|(_, at, _)| now - at < WINDOW_MS);
                let expected = window.fold((0, 0), |(count, sum), (_, _, tokens)| (count + 1, sum + tokens));
                prop_assert_eq!(ledger.used(at(now)), expected);
            }
        }
    }
}
