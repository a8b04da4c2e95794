//! What executions ask persons, over the API and by a link.

mod decide;
mod link;
mod read;

pub use decide::Decision;
