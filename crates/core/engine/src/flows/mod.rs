//! What people do with flows.

mod change;
mod create;
mod delete;
mod read;
mod start;
mod stop;
mod versions;

pub use change::FlowChange;
pub use create::FlowDraft;
pub use stop::Waiting;
