use std::collections::HashSet;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use kit::Timestamp;

use super::claims::Claims;
use super::key_cache::KeyCache;
use super::{ClerkSettings, FetchKeys, Verified};
use crate::{Error, Result};

/// Clerk's are about 30 letters long.
const KID_MAX_BYTES: usize = 256;

/// Verifies the session tokens of one issuer.
#[derive(Debug)]
pub(crate) struct SessionVerifier {
    settings: ClerkSettings,
    keys: KeyCache,
}

impl SessionVerifier {
    pub(crate) fn new(settings: ClerkSettings, source: Arc<dyn FetchKeys>) -> Self {
        let keys = KeyCache::new(settings.keys_url(), source);
        Self { settings, keys }
    }

    /// What a token says, if it holds.
    ///
    /// The key comes from the issuer's set and from nowhere else: the header's `jku`, `jwk` and `x5u` are not read.
    pub(crate) async fn verify(&self, token: &str, now: Timestamp) -> Result<Verified> {
        let header = decode_header(token).map_err(|_| Error::Unauthenticated)?;
        let kid = acceptable(&header).ok_or(Error::Unauthenticated)?;
        let key = self.keys.key(kid, now).await?.ok_or(Error::Unauthenticated)?;
        let claims = decode::<Claims>(token, &key, &signature_only()).map_err(|error| {
            tracing::debug!(%error, "a session token was refused");
            Error::Unauthenticated
        })?;
        claims.claims.check(&self.settings, now)
    }
}

/// The name of the key, when the header asks for nothing that is not done here.
fn acceptable(header: &Header) -> Option<&str> {
    // OAuth access tokens of the same issuer (`at+jwt`) give less than a session does.
    let is_session = header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    if header.alg != Algorithm::RS256 || header.crit.is_some() || !is_session {
        return None;
    }
    header.kid.as_deref().filter(|kid| !kid.is_empty() && kid.len() <= KID_MAX_BYTES)
}

/// The library checks the signature and nothing else: it reads the machine's clock, and takes absent claims for valid.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}
