//! What people see of executions.

mod cancel;
mod events;
mod read;
mod replay;

pub use events::{Following, Live};
pub use read::Details;
pub use replay::{ReplayFilter, ReplayOn, ReplayWish};
