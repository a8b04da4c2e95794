//! The ledgers of all owners, and the slot that an admitted call holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kit::Timestamp;
use kit::ids::OwnerId;

use super::ledger::{Ledger, Limits, Refusal};
use super::shared::{Holding, SharedLimits};
use crate::{Error, Tier, Tiers};

/// How many admissions pass between two looks for owners who are gone.
const SWEEP_EVERY: u64 = 4_096;

/// Whose key a call goes with: limits of the tier are for the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    /// The operator's key, or none.
    Platform,
    /// The owner's own key.
    Own,
}

/// The ledgers of this process.
#[derive(Debug, Default)]
pub(crate) struct Admission(Mutex<Ledgers>);

#[derive(Debug, Default)]
struct Ledgers {
    by_owner: HashMap<(OwnerId, Lane), Ledger>,
    admitted: u64,
}

/// What an owner has left in this minute, after the call that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests a minute.
    pub limit_requests: u64,
    /// Of those, left.
    pub remaining_requests: u64,
    /// Tokens a minute.
    pub limit_tokens: u64,
    /// Of those, left.
    pub remaining_tokens: u64,
    /// Milliseconds until all of it is there again.
    pub reset_ms: u64,
}

impl Admission {
    /// Lets a call in that may take so many tokens; a refusal consumes nothing.
    pub(crate) fn admit(
        self: &Arc<Self>,
        (owner, lane): (OwnerId, Lane),
        limits: &Limits,
        tokens: u64,
        now: Timestamp,
    ) -> Result<Slot, Error> {
        let mut ledgers = self.lock();
        ledgers.sweep(now);
        let ledger = ledgers.by_owner.entry((owner, lane)).or_default();
        let number = ledger.admit(limits, tokens, now).map_err(|refusal| refused(refusal, tokens))?;
        let (requests, used_tokens) = ledger.used(now);
        let allowance = limits.requests.zip(limits.tokens).map(|(limit_requests, limit_tokens)| Allowance {
            limit_requests,
            remaining_requests: limit_requests.saturating_sub(requests),
            limit_tokens,
            remaining_tokens: limit_tokens.saturating_sub(used_tokens),
            reset_ms: u64::try_from(ledger.reset_ms(now)).unwrap_or(0),
        });
        let place = Here { admission: Arc::clone(self), owner, lane, number, is_settled: false };
        Ok(Slot { allowance, place: Place::Here(place) })
    }

    fn lock(&self) -> MutexGuard<'_, Ledgers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledgers {
    fn sweep(&mut self, now: Timestamp) {
        self.admitted += 1;
        if self.admitted.is_multiple_of(SWEEP_EVERY) {
            self.by_owner.retain(|_, ledger| !ledger.is_idle(now));
        }
    }
}

/// What a tier allows in a lane.
pub(crate) fn limits(tiers: &Tiers, tier: Tier, lane: Lane) -> Limits {
    match lane {
        Lane::Own => Limits { requests: None, tokens: None, concurrency: tiers.own_key_concurrency },
        Lane::Platform => {
            let tier = tiers.of(tier);
            Limits {
                requests: Some(u64::from(tier.requests_per_minute)),
                tokens: Some(tier.tokens_per_minute),
                concurrency: tier.concurrency,
            }
        }
    }
}

fn refused(refusal: Refusal, needed: u64) -> Error {
    let seconds = |wait_ms: i64| u64::try_from(wait_ms).unwrap_or(0).div_ceil(1_000).max(1);
    match refusal {
        Refusal::Requests { limit, wait_ms } => {
            Error::Limited { limit, what: "requests a minute", retry_after_s: seconds(wait_ms) }
        }
        Refusal::Tokens { limit, wait_ms } => {
            Error::Limited { limit, what: "tokens a minute", retry_after_s: seconds(wait_ms) }
        }
        Refusal::Concurrency { limit } => {
            Error::Limited { limit: u64::from(limit), what: "calls at once", retry_after_s: 1 }
        }
        Refusal::Never { limit } => Error::OverLimit { needed, limit },
    }
}

/// An admitted call's place; dropped, it makes room, and what was reserved comes back unless it was settled.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) allowance: Option<Allowance>,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Here(Here),
    Shared(Holding),
}

/// A place in this node's own ledger.
#[derive(Debug)]
struct Here {
    admission: Arc<Admission>,
    owner: OwnerId,
    lane: Lane,
    number: u64,
    is_settled: bool,
}

impl SharedLimits {
    /// Lets a call in under limits that all nodes count together; `None` while they cannot.
    pub(crate) async fn slot(
        self: &Arc<Self>,
        who: (OwnerId, Lane),
        limits: &Limits,
        tokens: u64,
    ) -> Option<Result<Slot, Error>> {
        let admitted = self.admit(who, limits, tokens).await?;
        Some(match admitted {
            Ok((holding, allowance)) => Ok(Slot { allowance, place: Place::Shared(holding) }),
            Err(refusal) => Err(refused(refusal, tokens)),
        })
    }
}

impl Slot {
    /// What was counted takes the place of what was reserved.
    pub(crate) fn settle(self, tokens: u64) {
        match self.place {
            Place::Here(mut here) => {
                here.is_settled = true;
                here.with_ledger(|ledger, number| ledger.settle(number, tokens));
            }
            Place::Shared(holding) => holding.settle(tokens),
        }
    }

    /// The call was turned away later on: as if it had not been admitted.
    pub(crate) fn refuse(self) {
        match self.place {
            Place::Here(mut here) => {
                here.is_settled = true;
                here.with_ledger(Ledger::forget);
            }
            Place::Shared(holding) => holding.forget(),
        }
    }
}

impl Here {
    fn with_ledger(&self, work: impl FnOnce(&mut Ledger, u64)) {
        if let Some(ledger) = self.admission.lock().by_owner.get_mut(&(self.owner, self.lane)) {
            work(ledger, self.number);
        }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let is_settled = self.is_settled;
        self.with_ledger(|ledger, number| {
            ledger.in_flight = ledger.in_flight.saturating_sub(1);
            if !is_settled {
                ledger.settle(number, 0);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn admit(admission: &Arc<Admission>, lane: Lane, tokens: u64, now: Timestamp) -> Result<Slot, Error> {
        let who = (OwnerId::from_u128(1), lane);
        admission.admit(who, &limits(&Tiers::default(), Tier::Free, lane), tokens, now)
    }

    #[test]
    fn a_dropped_slot_makes_room_and_gives_its_tokens_back() {
        let admission = Arc::new(Admission::default());
        let first = admit(&admission, Lane::Platform, 9_000, NOW).unwrap();
        assert_eq!(first.allowance.unwrap().remaining_tokens, 1_000);
        let refused = admit(&admission, Lane::Platform, 2_000, NOW).unwrap_err();
        assert!(matches!(refused, Error::Limited { what: "tokens a minute", retry_after_s: 60, .. }));
        drop(first);
        let second = admit(&admission, Lane::Platform, 2_000, NOW).unwrap();
        assert_eq!(second.allowance.unwrap().remaining_requests, 8);
        second.settle(500);
        let third = admit(&admission, Lane::Platform, 9_500, NOW).unwrap();
        third.refuse();
        assert_eq!(
            admit(&admission, Lane::Platform, 0, NOW).unwrap().allowance.unwrap().remaining_requests,
            7
        );
    }

    #[test]
    fn calls_with_an_own_key_are_limited_only_at_once() {
        let admission = Arc::new(Admission::default());
        let slots: Vec<_> = (0..20).map(|_| admit(&admission, Lane::Own, 1_000_000, NOW).unwrap()).collect();
        let refused = admit(&admission, Lane::Own, 1, NOW).unwrap_err();
        assert!(matches!(refused, Error::Limited { limit: 20, what: "calls at once", .. }));
        drop(slots);
        assert!(admit(&admission, Lane::Own, 1, NOW).is_ok());
    }

    #[test]
    fn threads_at_once_admit_exactly_the_limit() {
        let admission = Arc::new(Admission::default());
        let tiers = Tiers {
            free: crate::TierLimits { concurrency: 1_000, ..Tiers::default().free },
            ..Tiers::default()
        };
        let admitted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let who = (OwnerId::from_u128(1), Lane::Platform);
                        let limits = limits(&tiers, Tier::Free, Lane::Platform);
                        let slots = (0..50).filter_map(|_| admission.admit(who, &limits, 10, NOW).ok());
                        slots.map(|slot| slot.settle(10)).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(admitted, 10);
    }

    #[test]
    fn owners_who_are_gone_are_forgotten() {
        let admission = Arc::new(Admission::default());
        for number in 0..SWEEP_EVERY {
            let who = (OwnerId::from_u128(u128::from(number)), Lane::Own);
            let later = NOW.plus_ms(i64::try_from(number).unwrap() * 100);
            let limits = limits(&Tiers::default(), Tier::Pro, Lane::Own);
            drop(admission.admit(who, &limits, 1, later).unwrap());
        }
        assert!(admission.lock().by_owner.len() < 700);
    }
}
