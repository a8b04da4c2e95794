//! Stories about the whole program, told with the real binary.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a story ends where it cannot go on, and prints what it counted"
)]

mod alerts;
mod aloud;
mod approvals;
mod doctor;
mod drain;
mod full_disk;
mod hostile;
mod kill;
mod models;
mod nodes;
mod orders;
mod quiet;
mod readme;
mod rig;
mod sharing;
mod start;
mod starting;
mod strangers;
mod stream;
mod terminal;
mod test_runs;
mod traces;
