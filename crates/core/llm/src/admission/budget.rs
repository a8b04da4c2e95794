//! Money: what calls may cost is promised before they are made, and settled by what they did cost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use super::shared::Holding;
use crate::Error;

const NANO: f64 = 1e9;
/// A purse that nobody used for this long is read again from the records.
const IDLE_MS: i64 = 3_600_000;
const SWEEP_ABOVE: usize = 1_024;

/// Whose money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purse {
    /// An owner's, in the month that begins then.
    Owner(OwnerId, Timestamp),
    /// A flow's, in the month that begins then.
    Flow(FlowId, Timestamp),
    /// One execution's.
    Execution(ExecutionId),
}

/// All purses that were opened lately.
#[derive(Debug, Default)]
pub(crate) struct Budgets(Mutex<HashMap<Purse, Held>>);

#[derive(Debug, Clone, Copy, Default)]
struct Held {
    spent: u64,
    promised: u64,
    used_at: Timestamp,
}

impl Budgets {
    /// Whether what was spent of a purse is known.
    pub(crate) fn knows(&self, purse: Purse) -> bool {
        self.lock().contains_key(&purse)
    }

    /// Notes what the records say was spent, unless somebody was quicker.
    pub(crate) fn open(&self, purse: Purse, spent: u64, now: Timestamp) {
        let mut purses = self.lock();
        if purses.len() > SWEEP_ABOVE {
            purses.retain(|_, held| held.promised > 0 || now.since_ms(held.used_at) < IDLE_MS);
        }
        purses.entry(purse).or_insert(Held { spent, promised: 0, used_at: now });
    }

    /// Forgets what was spent, but for purses of which something is promised: others have spent meanwhile.
    pub(crate) fn forget(&self) {
        self.lock().retain(|_, held| held.promised > 0);
    }

    /// Promises an amount out of every purse, or out of none.
    pub(crate) fn promise(
        self: &Arc<Self>,
        purses: &[(Purse, u64)],
        amount: u64,
        now: Timestamp,
    ) -> Result<Promise, Error> {
        let mut held = self.lock();
        for (purse, limit) in purses {
            let Held { spent, promised, .. } = held.get(purse).copied().unwrap_or_default();
            let gone = spent.saturating_add(promised);
            // Who has spent everything gets nothing more, not even what is free.
            if gone.saturating_add(amount) > *limit || gone >= *limit {
                return Err(over(*purse, gone, *limit, amount));
            }
        }
        for (purse, _) in purses {
            let held = held.entry(*purse).or_default();
            held.promised += amount;
            held.used_at = now;
        }
        let purses = purses.iter().map(|(purse, _)| *purse).collect();
        Ok(Promise::Here(Kept { budgets: Arc::clone(self), purses, amount }))
    }

    /// What is promised out of a purse.
    #[cfg(test)]
    pub(crate) fn promised(&self, purse: Purse) -> u64 {
        self.lock().get(&purse).map_or(0, |held| held.promised)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Purse, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn over(purse: Purse, gone: u64, limit: u64, amount: u64) -> Error {
    let scope = match purse {
        Purse::Owner(..) => "this account for the month",
        Purse::Flow(..) => "this flow for the month",
        Purse::Execution(_) => "this execution",
    };
    let dollars = |nano: u64| nano as f64 / NANO;
    Error::Budget { scope, spent: dollars(gone), limit: dollars(limit), needed: dollars(amount) }
}

/// An amount that is kept for a call; dropped, it goes back.
#[derive(Debug)]
pub(crate) enum Promise {
    /// Out of purses that this node counts by itself.
    Here(Kept),
    /// Out of purses that nodes share.
    Shared(Holding),
}

/// An amount out of this node's own purses.
#[derive(Debug)]
pub(crate) struct Kept {
    budgets: Arc<Budgets>,
    purses: Vec<Purse>,
    amount: u64,
}

impl Promise {
    /// What the call did cost.
    pub(crate) fn settle(self, cost: u64) {
        match self {
            Self::Here(kept) => kept.settle(cost),
            Self::Shared(holding) => holding.pay(cost),
        }
    }
}

impl Kept {
    fn settle(&self, cost: u64) {
        let mut held = self.budgets.lock();
        for purse in &self.purses {
            if let Some(held) = held.get_mut(purse) {
                held.spent = held.spent.saturating_add(cost);
            }
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut held = self.budgets.lock();
        for purse in &self.purses {
            if let Some(held) = held.get_mut(purse) {
                held.promised = held.promised.saturating_sub(self.amount);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn owner() -> Purse {
        Purse::Owner(OwnerId::from_u128(1), NOW)
    }

    fn execution() -> Purse {
        Purse::Execution(ExecutionId::from_u128(2))
    }

    #[test]
    fn a_promise_is_out_of_every_purse_or_of_none() {
        let budgets = Arc::new(Budgets::default());
        let both = [(owner(), 100), (execution(), 10)];
        let error = budgets.promise(&both, 11, NOW).unwrap_err();
        assert!(error.to_string().contains("this execution"), "{error}");
        budgets.promise(&[(owner(), 100)], 100, NOW).expect("nothing was taken").settle(95);
        assert!(budgets.promise(&both, 6, NOW).is_err());
        let promise = budgets.promise(&both, 5, NOW).unwrap();
        assert!(budgets.promise(&both, 0, NOW).is_err(), "everything is promised");
        drop(promise);
        assert!(budgets.promise(&both, 5, NOW).is_ok());
    }

    #[test]
    fn what_the_records_say_counts_once() {
        let budgets = Arc::new(Budgets::default());
        assert!(!budgets.knows(owner()));
        budgets.open(owner(), 90, NOW);
        budgets.open(owner(), 0, NOW);
        assert!(budgets.knows(owner()) && budgets.promise(&[(owner(), 100)], 11, NOW).is_err());
    }

    proptest! {
        /// Reserved is settled and refunded, and no order of calls passes the limit by more than the last settlement.
        #[test]
        fn every_promise_is_settled_or_comes_back(calls in proptest::collection::vec((1_u64..40, any::<bool>(), any::<bool>()), 1..60)) {
            let budgets = Arc::new(Budgets::default());
            let purse = [(owner(), 200)];
            let (mut open, mut spent) = (Vec::new(), 0);
            for (amount, settles, waits) in calls {
                let gone = spent + open.iter().map(|(amount, _): &(u64, Promise)| amount).sum::<u64>();
                let promised = budgets.promise(&purse, amount, NOW);
                prop_assert_eq!(promised.is_ok(), gone + amount <= 200 && gone < 200);
                let Ok(promise) = promised else { continue };
                if waits {
                    open.push((amount, promise));
                } else if settles {
                    spent += amount;
                    promise.settle(amount);
                }
            }
            drop(open);
            prop_assert!(spent <= 200);
            prop_assert_eq!(budgets.promise(&purse, 200 - spent, NOW).is_ok(), spent < 200);
        }
    }
}
