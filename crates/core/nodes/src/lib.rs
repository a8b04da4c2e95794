#![doc = include_str!("../README.md")]

pub mod calculate;
mod config;
pub mod convert;
mod error;
mod http;
mod kv;
mod set;
#[cfg(test)]
mod testing;

pub use error::Error;
