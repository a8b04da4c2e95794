//! How the last calls went: what health and alerts are computed from.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kit::Timestamp;

/// Calls that are remembered.
const MOST: usize = 2_048;
/// How far back they count.
const WINDOW_MS: i64 = 300_000;

/// The last calls.
#[derive(Debug, Default)]
pub(crate) struct Monitor(Mutex<VecDeque<Seen>>);

/// One call that went to a provider.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Timestamp,
    pub(crate) provider: String,
    pub(crate) latency_ms: i64,
    /// Whether the provider failed; a call that its client ended did not.
    pub(crate) has_failed: bool,
}

/// What calls came to, in the last five minutes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Summary {
    pub(crate) calls: usize,
    pub(crate) failed: usize,
    pub(crate) p50_ms: i64,
    pub(crate) p99_ms: i64,
}

impl Monitor {
    pub(crate) fn note(&self, seen: Seen) {
        let mut all = self.lock();
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back(seen);
    }

    /// Over all providers, or one.
    pub(crate) fn summary(&self, provider: Option<&str>, now: Timestamp) -> Summary {
        let all = self.lock();
        let counts = |seen: &&Seen| {
            now.since_ms(seen.at) < WINDOW_MS && provider.is_none_or(|name| seen.provider == name)
        };
        let (mut times, mut failed) = (Vec::new(), 0);
        for seen in all.iter().filter(counts) {
            times.push(seen.latency_ms);
            failed += usize::from(seen.has_failed);
        }
        times.sort_unstable();
        let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
        Summary {
            calls: times.len(),
            failed,
            p50_ms: at(50).copied().unwrap_or(0),
            p99_ms: at(99).copied().unwrap_or(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Summary {
    pub(crate) fn error_rate(&self) -> f64 {
        self.failed as f64 / self.calls.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_minutes_count_and_each_provider_for_itself() {
        let monitor = Monitor::default();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let note = |age_ms: i64, provider: &str, latency_ms, has_failed| {
            monitor.note(Seen {
                at: now.plus_ms(-age_ms),
                provider: provider.into(),
                latency_ms,
                has_failed,
            });
        };
        note(WINDOW_MS, "a", 99_999, true);
        (1..=100).for_each(|latency_ms| note(10, "a", latency_ms, latency_ms <= 10));
        note(10, "b", 5, false);
        let of_a = monitor.summary(Some("a"), now);
        assert_eq!((of_a.calls, of_a.failed, of_a.p50_ms, of_a.p99_ms), (100, 10, 51, 100));
        assert_eq!(of_a.error_rate(), 0.1);
        assert_eq!(monitor.summary(None, now).calls, 101);
        assert_eq!(monitor.summary(Some("c"), now), Summary::default());
    }
}
