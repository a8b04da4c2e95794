//! One `organism.yaml`: read, checked, ready to run.

mod diagnostic;
mod json_schema;
mod model;
mod read;
mod report;
mod sample;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod yaml;

pub use diagnostic::{Diagnostic, Severity};
pub use json_schema::json_schema;
pub use model::*;
pub(crate) use read::LISTENERS_MAX;
pub(crate) use read::duration_ms;
pub use read::{Reading, read};
pub use sample::{DEFAULT_YAML, SAMPLE_YAML};
