//! What people see of executions.

mod cancel;
mod events;
mod read;
mod replay;
mod test_run;

pub use events::{Following, Live};
pub use read::Details;
pub use replay::{ReplayFilter, ReplayOn, ReplayWish};
pub use test_run::TestWish;
pub(crate) use test_run::unknown;
