//! What people do with flows.

mod change;
mod create;
mod delete;
mod fit;
mod read;
mod start;
mod stop;
mod versions;

pub use change::FlowChange;
pub use create::FlowDraft;
pub(crate) use fit::Showing;
pub use stop::Waiting;
