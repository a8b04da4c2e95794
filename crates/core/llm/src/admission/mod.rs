//! Whether a call may be made: requests, tokens, calls at once, and budgets.

mod budget;
mod ledger;
mod shared;
mod slot;

pub(crate) use budget::{Budgets, Promise, Purse};
pub(crate) use shared::{Holding, Promised, SharedLimits};
pub use slot::Allowance;
pub(crate) use slot::{Admission, Lane, Slot, limits};
