//! XML to JSON and back: attributes are `@name`, text beside them is `#text`, repeated tags are lists.

mod name;
mod read;
mod write;

pub(super) use read::read;
pub(super) use write::{Style, write};
