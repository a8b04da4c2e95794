#![doc = include_str!("../README.md")]

mod cors;
mod entrance;
mod error_body;
mod escape;
mod extract;
mod failure;
mod faults;
mod house;
mod proxies;
mod serve;
mod status;

pub use entrance::RequestId;
pub use error_body::ApiError;
pub use escape::escape;
pub use extract::{Json, Path, Query, body, json};
pub use failure::Failure;
pub use faults::{Faults, Validate};
pub use house::{Settings, close, starting};
pub use proxies::Proxies;
pub use serve::{Connections, Routes, serve};

/// What a handler answers: something good, or a failure that becomes the error body.
pub type Result<T> = std::result::Result<T, Failure>;
