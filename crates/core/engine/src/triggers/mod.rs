//! What people do with triggers, and how a webhook finds its flow.

mod change;
mod config;
mod create;
mod read;
mod schedule;
mod token;
mod webhook;

pub use change::TriggerChange;
pub use create::TriggerDraft;
pub use schedule::Firings;
pub(crate) use webhook::WebhookCache;
pub use webhook::{HeaderCheck, Respond, Signature, SignatureStyle, Webhook, WebhookConfig};
