//! YAML to JSON and back: the core schema of YAML 1.2, without aliases, so that nothing expands.

mod read;
mod scalar;
mod write;

pub(super) use read::read;
pub(super) use write::write;
