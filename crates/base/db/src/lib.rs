#![doc = include_str!("../README.md")]

mod backup;
mod db;
mod error;
mod examine;
mod migrate;
mod postgres;
mod settings;
mod shared;
mod sqlite;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;
mod wake;

pub use db::Db;
pub use error::Error;
pub use examine::{Examination, FileFacts, Nature, ServerFacts};
pub use settings::{Settings, Target};
pub use shared::{Script, Shared, SharedServer};
pub use statement::{Batch, Column, Prepared, Statement};
pub use tx::{Op, Tx};
pub use value::{FromValue, Row, Value};
pub use wake::Signals;

/// What this room's functions answer.
pub type Result<T> = std::result::Result<T, Error>;
