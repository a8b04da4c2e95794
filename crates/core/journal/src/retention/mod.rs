//! What is over goes after a while: in small transactions, one node at a time.

mod chore;
mod events;
mod executions;
mod expired;

pub use executions::{OldExecution, Stale};
