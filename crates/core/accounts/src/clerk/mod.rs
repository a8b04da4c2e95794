//! Session tokens of Clerk's: JSON Web Tokens (RFC 7519), signed with RS256.

mod check;
mod claims;
mod fetch;
mod key_cache;
mod key_set;
mod settings;
mod verify;

pub use fetch::FetchKeys;
pub use settings::{ClerkSettings, WebhookSecret};
pub(crate) use verify::SessionVerifier;

use kit::Timestamp;

use crate::users::Profile;

/// How far the clocks of Clerk and of this machine may differ.
pub(crate) const LEEWAY_MS: i64 = 5_000;

/// What a session token that holds says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    pub(crate) subject: String,
    pub(crate) session_id: Option<String>,
    pub(crate) impersonator: Option<String>,
    pub(crate) profile: Profile,
    pub(crate) expires_at: Timestamp,
}
