#![doc = include_str!("../README.md")]

mod accounts;
mod audit;
mod clerk;
mod clerk_events;
mod error;
mod hint;
mod idempotency;
mod place;
mod provider_keys;
mod prune;
mod sealed;
mod secrets;
mod session;
mod settings;
mod sql;
#[cfg(test)]
mod testing;
mod tier;
mod tokens;
mod users;
mod variables;
mod vault;

pub use accounts::Accounts;
pub use audit::{AuditEntry, AuditVia, Change};
pub use clerk::{ClerkSettings, FetchKeys, WebhookSecret};
pub use clerk_events::Received;
pub use error::{Error, Result};
pub use idempotency::{Answer, Begin, Claim, Idempotency};
pub use place::Place;
pub use provider_keys::{KeyOrder, ProviderKeyInfo};
pub use prune::Pruned;
pub use sealed::Sealed;
pub use secrets::{BoundSecret, SECRETS_LIMIT, SecretInfo};
pub use session::{Session, Via};
pub use settings::{AccountsSettings, Mode};
pub use sql::ALL as STATEMENTS;
pub use tier::{RunsLimit, Tier};
pub use tokens::{NewToken, Scope, Scopes, TOKENS_LIMIT, TokenInfo, TokenRequest};
pub use users::User;
pub use variables::{VARIABLES_LIMIT, VariableInfo};
pub use vault::{MasterKeys, Purpose, Vault};
