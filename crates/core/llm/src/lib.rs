#![doc = include_str!("../README.md")]

mod answer;
mod caller;
#[cfg(test)]
mod double;
mod echo;
mod error;
mod gateway;
mod model;
mod redact;
mod request;
mod route;
mod settings;
mod upstream;
mod wire;

pub use answer::{ChatAnswer, Finish, Usage};
pub use caller::{Caller, Credentials, OperatorKeysOnly};
pub use error::Error;
pub use gateway::Gateway;
pub use model::Model;
pub use request::{ChatRequest, Message, Tool, ToolCall};
pub use settings::{DEFAULT_MODEL, Provider, Serves, Settings};
pub use wire::Wire;
