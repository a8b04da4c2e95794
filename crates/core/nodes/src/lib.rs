#![doc = include_str!("../README.md")]

mod agent;
mod ask;
pub mod calculate;
mod config;
pub mod convert;
mod error;
mod http;
mod kv;
mod prompt;
mod registry;
mod set;
#[cfg(test)]
mod testing;

pub use error::Error;
pub use registry::registry;
