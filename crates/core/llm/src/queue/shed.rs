//! Who is turned away when too many wait; the original system's figures.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Error, Tier};

const DEGRADED_ABOVE: usize = 500;
const CRITICAL_ABOVE: usize = 2_000;
const SPAN: f64 = 2_000.0;
const MOST: f64 = 0.9;

/// How many wait in all, and how many were turned away.
#[derive(Debug, Default)]
pub(crate) struct Pressure {
    pub(super) waiting: [AtomicUsize; Tier::ALL.len()],
    shed: [AtomicU64; Tier::ALL.len()],
    /// Calls of the free tier that found all places taken, and those of them that were turned away.
    free: (AtomicU64, AtomicU64),
}

/// How crowded it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueStatus {
    /// Up to 500 wait.
    Healthy,
    /// Up to 2,000.
    Degraded,
    /// More.
    Critical,
}

impl Pressure {
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.iter().map(|waiting| waiting.load(Ordering::Relaxed)).sum()
    }

    pub(crate) fn shed_total(&self) -> u64 {
        self.shed.iter().map(|shed| shed.load(Ordering::Relaxed)).sum()
    }

    /// Who waits of a tier, and who was turned away.
    pub(crate) fn of(&self, tier: Tier) -> (usize, u64) {
        let at = tier as usize;
        (self.waiting[at].load(Ordering::Relaxed), self.shed[at].load(Ordering::Relaxed))
    }

    /// The share of the free tier's calls that were turned away, of those that found all places taken.
    pub(crate) fn free_rejections(&self) -> f64 {
        let (came, shed) = (self.free.0.load(Ordering::Relaxed), self.free.1.load(Ordering::Relaxed));
        shed as f64 / came.max(1) as f64
    }

    /// How likely the tier's next call is turned away.
    pub(crate) fn probability(&self, tier: Tier) -> f64 {
        probability(tier, self.waiting())
    }

    pub(crate) fn status(&self) -> QueueStatus {
        status(self.waiting())
    }

    /// Turns a call of the tier away, with a probability; `dice` is from 0 to 1.
    pub(crate) fn check(&self, tier: Tier, dice: f64) -> Result<(), Error> {
        let is_free = u64::from(tier == Tier::Free);
        self.free.0.fetch_add(is_free, Ordering::Relaxed);
        if dice >= probability(tier, self.waiting()) {
            return Ok(());
        }
        self.shed[tier as usize].fetch_add(1, Ordering::Relaxed);
        self.free.1.fetch_add(is_free, Ordering::Relaxed);
        metrics::counter!("bloxserver_llm_shed_total", "tier" => tier.as_str()).increment(1);
        Err(match tier {
            Tier::Free => Error::Shed { retry_after_s: 60, advice: ", or upgrade: paying calls go first" },
            _ => Error::Shed { retry_after_s: 30, advice: "" },
        })
    }
}

fn status(waiting: usize) -> QueueStatus {
    match waiting {
        ..DEGRADED_ABOVE => QueueStatus::Healthy,
        DEGRADED_ABOVE..CRITICAL_ABOVE => QueueStatus::Degraded,
        CRITICAL_ABOVE.. => QueueStatus::Critical,
    }
}

fn probability(tier: Tier, waiting: usize) -> f64 {
    let above = |floor: usize| (waiting.saturating_sub(floor) as f64 / SPAN).min(MOST);
    match tier {
        Tier::HighFrequency | Tier::Enterprise => 0.0,
        Tier::Pro => above(CRITICAL_ABOVE),
        Tier::Free => above(DEGRADED_ABOVE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_go_first_the_subscribed_only_when_it_is_critical_and_contracts_never() {
        for (waiting, free, pro) in [
            (0, 0.0, 0.0),
            (500, 0.0, 0.0),
            (1_500, 0.5, 0.0),
            (2_000, 0.75, 0.0),
            (3_000, 0.9, 0.5),
            (90_000, 0.9, 0.9),
        ] {
            assert_eq!(probability(Tier::Free, waiting), free, "{waiting}");
            assert_eq!(probability(Tier::Pro, waiting), pro, "{waiting}");
            assert_eq!(
                probability(Tier::Enterprise, waiting) + probability(Tier::HighFrequency, waiting),
                0.0
            );
        }
    }

    #[test]
    fn who_is_turned_away_is_told_when_to_come_back_and_counted() {
        let pressure = Pressure::default();
        pressure.waiting[0].store(1_500, Ordering::Relaxed);
        let error = pressure.check(Tier::Free, 0.49).unwrap_err();
        assert!(
            matches!(error, Error::Shed { retry_after_s: 60, .. }) && error.to_string().contains("upgrade")
        );
        assert!(pressure.check(Tier::Free, 0.5).is_ok() && pressure.check(Tier::Pro, 0.0).is_ok());
        assert_eq!((pressure.shed_total(), pressure.status()), (1, QueueStatus::Degraded));
        assert_eq!((pressure.free_rejections(), pressure.of(Tier::Free)), (0.5, (1_500, 1)));
    }
}
