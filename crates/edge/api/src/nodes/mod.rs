//! The processes that share the work; for operators.

pub(crate) mod list;
