#![doc = include_str!("../README.md")]

mod handler;
mod kv;

pub use flow;
pub use handler::{Answer, Context, Failure, Handler, KvWrite, Outcome, Registry, SecretUse, TurnHandler, Usage};
pub use kv::Kv;
