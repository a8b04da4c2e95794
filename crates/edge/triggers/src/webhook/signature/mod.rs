//! Signed requests: the sender proves that it knows a secret, over the body as it came.

mod github;
mod standard;
mod stripe;

use axum::http::HeaderMap;
use engine::SignatureStyle;
use hmac::{Hmac, KeyInit, Mac};
use kit::Timestamp;
use sha2::Sha256;

/// How old or early a signed request may be: the figure of Standard Webhooks and of Stripe.
const TOLERANCE_MS: i64 = 300_000;
/// A secret that is being changed signs twice; nobody signs more often.
const MOST_SIGNATURES: usize = 16;

/// A request as it was signed.
#[derive(Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) now: Timestamp,
}

/// Checks a signature; the error says what is wrong with it.
pub(super) fn check(style: SignatureStyle, secret: &str, request: Signed<'_>) -> Result<(), &'static str> {
    match style {
        SignatureStyle::StandardWebhooks => standard::check(secret, request),
        SignatureStyle::Github => github::check(secret, request),
        SignatureStyle::Stripe => stripe::check(secret, request),
    }
}

impl<'a> Signed<'a> {
    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn is_timely(&self, seconds: &str) -> bool {
        let signed: Option<i64> = seconds.parse().ok();
        let signed = signed.and_then(|seconds| seconds.checked_mul(1_000)).map(Timestamp::from_millis);
        signed.is_some_and(|signed| self.now.since_ms(signed).saturating_abs() <= TOLERANCE_MS)
    }
}

/// Compares an HMAC-SHA256 over the parts in constant time.
fn is_mac(secret: &[u8], parts: &[&[u8]], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod testing {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    pub(super) fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        all.iter().map(pair).collect()
    }
}
