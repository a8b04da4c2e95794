#![doc = include_str!("../README.md")]

mod agent;
mod ask;
pub mod calculate;
mod config;
pub mod convert;
mod email;
mod error;
mod http;
mod kv;
mod prompt;
mod registry;
mod search;
mod set;
#[cfg(test)]
mod testing;

pub use email::{MailSettings, Notice};
pub use error::Error;
pub use registry::{Services, registry};
pub use search::SearchProvider;
