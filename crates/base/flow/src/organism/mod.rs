//! One `organism.yaml`: read, checked, ready to run.

mod model;

pub use model::*;
