//! What people see of executions.

mod events;
mod read;

pub use events::Following;
pub use read::Details;
