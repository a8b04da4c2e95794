//! What the journal promises, on both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod claims;
mod commits;
mod house;
mod letters;
mod lists;
mod retention;
mod sql;
