#![doc = include_str!("../README.md")]

mod address;
mod allow;
mod body;
mod carried;
mod client;
mod connectors;
#[cfg(test)]
mod double;
mod error;
mod failure;
#[cfg(test)]
mod guard_tests;
mod headers;
mod hop;
mod method;
mod request;
mod resolver;
mod response;
mod retry_after;
mod traced;

pub use allow::EgressAllow;
pub use bytes::Bytes;
pub use client::Client;
pub use error::Error;
pub use method::Method;
pub use request::{DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_TIMEOUT_MS, Redirects, Request};
pub use response::{Response, StreamedResponse};
pub use retry_after::MAX_RETRY_AFTER_S;
