//! What people do with flows.

mod change;
mod create;
mod delete;
mod read;
mod start;
mod stop;

pub use change::FlowChange;
pub use create::FlowDraft;
