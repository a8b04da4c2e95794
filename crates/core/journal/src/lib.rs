#![doc = include_str!("../README.md")]

mod error;
mod journal;
mod kv;
mod sql;

pub use error::Error;
pub use journal::Journal;
pub use kv::KvWrite;
pub use sql::ALL as STATEMENTS;

/// What this room's functions answer.
pub type Result<T> = std::result::Result<T, Error>;
