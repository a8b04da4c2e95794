use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use kit::Timestamp;
use kit::ids::TriggerId;

const MINUTE_MS: f64 = 60_000.0;
/// Triggers remembered; beyond that, those that have rested are forgotten.
const MOST: usize = 10_000;

/// How fast webhooks are called, counted by all nodes together.
#[async_trait]
pub trait SharedRates: Send + Sync + std::fmt::Debug {
    /// Takes one request of a trigger that allows so many a minute; the error is the number of seconds after which the
    /// next may come. `None` while nodes cannot count together: then each counts by itself.
    async fn take(&self, trigger: TriggerId, per_minute: u32) -> Option<Result<(), u64>>;
}

/// How fast webhooks may be called: a minute's worth at once, then evenly.
///
/// The generic cell rate algorithm (ITU-T I.371): one number a trigger, the moment at which its allowance is whole again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    here: Arc<Mutex<HashMap<TriggerId, f64>>>,
    shared: Option<Arc<dyn SharedRates>>,
}

impl Rates {
    pub(crate) fn new(shared: Option<Arc<dyn SharedRates>>) -> Self {
        Self { shared, ..Self::default() }
    }

    /// Takes one request; the error is the number of seconds after which the next may come.
    pub(super) async fn take(&self, trigger: TriggerId, per_minute: u32, now: Timestamp) -> Result<(), u64> {
        if let Some(shared) = &self.shared
            && let Some(taken) = shared.take(trigger, per_minute).await
        {
            return taken;
        }
        self.take_here(trigger, per_minute, now)
    }

    fn take_here(&self, trigger: TriggerId, per_minute: u32, now: Timestamp) -> Result<(), u64> {
        let now_ms = now.as_millis() as f64;
        let mut whole_at = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if whole_at.len() >= MOST {
            whole_at.retain(|_, at| *at > now_ms);
        }
        let entry = whole_at.entry(trigger).or_insert(now_ms);
        let next = entry.max(now_ms) + MINUTE_MS / f64::from(per_minute);
        let too_early_ms = next - now_ms - MINUTE_MS;
        // Half a millisecond forgives what fractions add up to.
        if too_early_ms > 0.5 {
            return Err((too_early_ms / 1_000.0).ceil() as u64);
        }
        *entry = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kit::Sources;

    use super::*;

    #[test]
    fn a_minute_s_worth_passes_at_once_and_then_one_at_a_time() {
        let (rates, trigger, other) = (Rates::default(), Sources::system().id(), Sources::system().id());
        let start = Timestamp::from_millis(1_700_000_000_000);
        for _ in 0..7 {
            assert_eq!(rates.take_here(trigger, 7, start), Ok(()));
        }
        assert_eq!(rates.take_here(trigger, 7, start), Err(9), "a seventh of a minute, rounded up");
        assert_eq!(rates.take_here(other, 7, start), Ok(()), "another trigger has its own");
        assert_eq!(rates.take_here(trigger, 7, start.plus_ms(8_572)), Ok(()));
        assert!(rates.take_here(trigger, 7, start.plus_ms(8_572)).is_err());
        let passed =
            (0..600).filter(|n| rates.take_here(trigger, 7, start.plus_ms(60_000 + n * 100)).is_ok()).count();
        assert!((7..=14).contains(&passed), "{passed}");
    }
}
