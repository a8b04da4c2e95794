//! What people see of executions.

mod events;
mod read;
mod replay;

pub use events::Following;
pub use read::Details;
pub use replay::{ReplayFilter, ReplayOn};
