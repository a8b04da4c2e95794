//! Money that several nodes spend out of the same purses.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use db::Script;

use super::{Holding, SharedLimits};
use crate::Error;
use crate::admission::budget::{Purse, over};

static PROMISE: Script = Script::new("PROMISE", include_str!("promise.lua"));
static PAY: Script = Script::new("PAY", include_str!("pay.lua"));

/// A purse that nobody used for this long is read again from the records.
const IDLE_MS: i64 = 3_600_000;
/// Purses that are remembered; beyond that, all are read again.
const MOST_KNOWN: usize = 10_000;

/// The purses whose sum the shared server has, and in which of its lives.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<Purse, u64>>);

/// What became of a promise.
#[derive(Debug)]
pub(crate) enum Promised {
    /// It is held.
    Held(Holding),
    /// A purse has too little.
    Over(Error),
    /// The server has thrown a purse away: look what is unknown once more.
    Unknown,
}

/// Purses that are to be read from the records first, as of one life of the server.
#[derive(Debug)]
pub(crate) struct Unknown {
    pub(crate) purses: Vec<Purse>,
    generation: u64,
}

impl SharedLimits {
    /// Of which purses the server does not know what was spent: those that are new, and all after it was away, since what
    /// was spent meanwhile stands only in the records.
    pub(crate) fn unknown(&self, purses: &[(Purse, u64)]) -> Unknown {
        let generation = self.shared.generation();
        let known = self.known.lock();
        let is_unknown = |purse: &Purse| known.get(purse) != Some(&generation);
        Unknown { purses: purses.iter().map(|(purse, _)| *purse).filter(is_unknown).collect(), generation }
    }

    /// Promises an amount out of every purse, or out of none; `spent` is what the records say of those unknown.
    pub(crate) async fn promise(
        &self,
        purses: &[(Purse, u64)],
        amount: u64,
        (unknown, spent): (&Unknown, &[u64]),
    ) -> Option<Promised> {
        let recorded = |purse: &Purse| {
            let at = unknown.purses.iter().position(|one| one == purse);
            let spent = at.and_then(|at| spent.get(at)).copied();
            spent.map_or(-1, |spent| i64::try_from(spent).unwrap_or(i64::MAX))
        };
        let id = self.id();
        let keys: Vec<String> = purses.iter().flat_map(|(purse, _)| keys(*purse)).collect();
        let head = [id.clone(), amount.to_string(), self.lease_ms.to_string(), IDLE_MS.to_string()];
        let limits =
            purses.iter().flat_map(|(purse, limit)| [limit.to_string(), recorded(purse).to_string()]);
        let values: Vec<String> = head.into_iter().chain(limits).collect();
        let answer = self.shared.run(&PROMISE, &keys, &values).await.ok()?;
        let purse_of = |number: i64| purses.get(usize::try_from(number - 1).ok()?);
        match answer[..] {
            [1] => {
                self.known.note(purses, unknown.generation);
                let leases = keys.iter().skip(1).step_by(2).cloned().collect();
                Some(Promised::Held(self.keeper.hold((&PAY, keys), leases, id)))
            }
            [0, number, gone] => {
                self.known.note(purses, unknown.generation);
                let (purse, limit) = purse_of(number)?;
                Some(Promised::Over(over(*purse, u64::try_from(gone).unwrap_or(0), *limit, amount)))
            }
            [2, number] => {
                self.known.lock().remove(&purse_of(number)?.0);
                Some(Promised::Unknown)
            }
            _ => None,
        }
    }
}

impl Holding {
    /// What the call did cost.
    pub(crate) fn pay(self, cost: u64) {
        self.end(cost.to_string());
    }
}

impl Known {
    fn note(&self, purses: &[(Purse, u64)], generation: u64) {
        let mut known = self.lock();
        if known.len() > MOST_KNOWN {
            known.clear();
        }
        known.extend(purses.iter().map(|(purse, _)| (*purse, generation)));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Purse, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keys(purse: Purse) -> [String; 2] {
    let name = match purse {
        Purse::Owner(id, month) => format!("owner:{id}:{}", month.as_millis()),
        Purse::Flow(id, month) => format!("flow:{id}:{}", month.as_millis()),
        Purse::Execution(id) => format!("execution:{id}"),
    };
    ["sums", "promises"].map(|what| format!("blox:purse:{name}:{what}"))
}
