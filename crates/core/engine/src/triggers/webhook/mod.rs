//! Webhooks: what their config says, and what a token leads to.

mod config;
mod find;

pub use config::{HeaderCheck, Respond, Signature, SignatureStyle, WebhookConfig};
pub use find::Webhook;
pub(crate) use find::WebhookCache;
