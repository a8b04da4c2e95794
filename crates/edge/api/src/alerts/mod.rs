//! What the watchdog has found.

pub(crate) mod list;
