#![doc = include_str!("../README.md")]

mod approvals;
mod engine;
mod error;
mod executions;
mod flows;
mod handler;
mod kv;
mod measure;
mod nodes;
mod owners;
mod pins;
mod plan;
mod retention;
mod running;
mod triggers;
mod watchdog;

pub use approvals::Decision;
pub use engine::{Engine, Limits, Parts, Readiness};
pub use error::Error;
pub use executions::{Details, Following, Live, ReplayFilter, ReplayOn, ReplayWish, TestWish};
pub use flow;
pub use flows::{FlowChange, FlowDraft, Waiting};
pub use handler::{
    Answer, Context, Failure, Handler, KvWrite, Outcome, Registry, SecretUse, TurnHandler, Usage,
};
pub use journal;
pub use kv::Kv;
pub use owners::{Admission, BoundSecret, Keeper, Terms};
pub use pins::NewPin;
pub use retention::Retention;
pub use running::{DeliveryKey, Finished, Hearing, Message, Spoken, Started, Voice};
pub use triggers::{
    Firings, HeaderCheck, Respond, Signature, SignatureStyle, TriggerChange, TriggerDraft, Webhook,
    WebhookConfig,
};
pub use watchdog::{Alarm, AlertStream, Levels, Reaction, Watchdog};

/// What this room's functions answer.
pub type Result<T> = std::result::Result<T, Error>;
