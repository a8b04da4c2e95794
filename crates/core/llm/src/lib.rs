#![doc = include_str!("../README.md")]

mod admission;
mod answer;
mod breaker;
mod cache;
mod caller;
mod ceiling;
#[cfg(test)]
mod double;
mod echo;
mod error;
mod gateway;
mod health;
mod keys;
mod model;
mod monitor;
mod month;
mod price;
mod queue;
mod raw;
mod records;
mod redact;
mod request;
mod route;
mod settings;
mod sql;
mod translate;
mod upstream;
mod wire;

pub use admission::Allowance;
pub use answer::{ChatAnswer, Finish, Usage};
pub use breaker::Standing;
pub use cache::{CacheOutcome, CacheWish, Likeness, Threshold};
pub use caller::{Caller, Credentials, KeyPolicy, OperatorKeysOnly, Strategy};
pub use error::Error;
pub use gateway::{Gateway, KeyCheck, Reply, ReplyBody, anothers_key};
pub use health::{
    ALERTS, Alert, BreakerHealth, CacheHealth, Health, LatencyHealth, Level, ProviderHealth, QueueHealth,
    TierHealth,
};
pub use model::Model;
pub use price::Rates;
pub use queue::QueueStatus;
pub use raw::{Operation, RawRequest};
pub use records::{UsageFilter, UsageRow};
pub use request::{ChatRequest, Message, Tool, ToolCall};
pub use settings::{DEFAULT_MODEL, Provider, Retry, Serves, Settings, Tier, TierLimits, Tiers, Timeouts};
pub use sql::ALL as STATEMENTS;
pub use wire::{Dialect, Wire};
