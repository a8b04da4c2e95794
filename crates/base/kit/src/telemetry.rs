//! Structured logs on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Starts the log: lines for a terminal, JSON otherwise. `filter` is `RUST_LOG`'s language.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start (tests) keeps the first log.
    let _ = if io::stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
}
