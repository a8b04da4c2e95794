use kit::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{ClerkSettings, LEEWAY_MS, Verified};
use crate::users::Profile;
use crate::{Error, Result};

/// The year 9999, in seconds: later moments are not meant as such.
const LAST_SECOND: f64 = 253_402_300_799.0;
const SUBJECT_MAX_BYTES: usize = 255;

/// The claims of a session token (RFC 7519, and Clerk's own), unchecked.
///
/// The moments are values of any type, so that a wrong type is seen here and not taken for an absent claim.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    iss: Option<Value>,
    sub: Option<Value>,
    exp: Option<Value>,
    iat: Option<Value>,
    nbf: Option<Value>,
    aud: Option<Value>,
    azp: Option<Value>,
    sid: Option<String>,
    /// `pending`: the user has to do something before the session counts.
    sts: Option<Value>,
    /// The operator who acts as the user (RFC 8693).
    act: Option<Value>,
    // Only in tokens whose template names them.
    email: Option<Value>,
    name: Option<Value>,
    image_url: Option<Value>,
}

impl Claims {
    /// Everything that is to be checked once the signature holds.
    pub(super) fn check(self, settings: &ClerkSettings, now: Timestamp) -> Result<Verified> {
        let expires_at = self.check_times(now).ok_or(Error::Unauthenticated)?;
        if !self.is_for_us(settings) {
            return Err(Error::Unauthenticated);
        }
        let subject =
            text(self.sub.as_ref()).filter(|sub| is_subject(sub)).ok_or(Error::Unauthenticated)?.to_owned();
        if text(self.sts.as_ref()) == Some("pending") {
            return Err(Error::SessionPending);
        }
        let impersonator = self.act.as_ref().filter(|act| !act.is_null()).map(operator);
        let claim = |value: &Option<Value>| text(value.as_ref()).map(str::to_owned);
        let (email, name, image) = (claim(&self.email), claim(&self.name), claim(&self.image_url));
        let profile = Profile::of(email.as_deref(), name.as_deref(), image.as_deref());
        Ok(Verified { subject, session_id: self.sid, impersonator, profile, expires_at })
    }

    /// The moment of expiry, when the token is valid now. `iat` must be there but may lie ahead: Clerk's clock.
    fn check_times(&self, now: Timestamp) -> Option<Timestamp> {
        let expires_at = moment(self.exp.as_ref()?)?;
        moment(self.iat.as_ref()?)?;
        let begins_at = self.nbf.as_ref().map(|nbf| moment(nbf).ok_or(())).transpose().ok()?;
        let has_begun = begins_at.is_none_or(|moment| moment <= now.plus_ms(LEEWAY_MS));
        let is_over = expires_at.plus_ms(LEEWAY_MS) <= now;
        (has_begun && !is_over).then_some(expires_at)
    }

    fn is_for_us(&self, settings: &ClerkSettings) -> bool {
        let is_our_issuer = text(self.iss.as_ref()) == Some(settings.issuer());
        let is_our_audience = settings.audience.as_deref().is_none_or(|wanted| match &self.aud {
            Some(Value::String(audience)) => audience == wanted,
            Some(Value::Array(list)) => list.iter().any(|audience| audience == wanted),
            _ => false,
        });
        let parties = &settings.authorized_parties;
        let is_our_page = parties.is_empty()
            || match &self.azp {
                // Origins are compared to the letter: a beginning or another case is another origin.
                Some(azp) => text(Some(azp)).is_some_and(|azp| parties.iter().any(|party| party == azp)),
                None => !settings.require_authorized_party,
            };
        is_our_issuer && is_our_audience && is_our_page
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

fn is_subject(subject: &str) -> bool {
    !subject.is_empty() && subject.len() <= SUBJECT_MAX_BYTES && !subject.chars().any(char::is_control)
}

fn operator(act: &Value) -> String {
    text(act.get("sub")).unwrap_or("unknown").to_owned()
}

/// A NumericDate: seconds since the epoch, possibly with a fraction.
fn moment(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_f64().filter(|seconds| (0.0..=LAST_SECOND).contains(seconds))?;
    // Exact: the range above fits into an i64 many times.
    Some(Timestamp::from_millis((seconds * 1_000.0) as i64))
}
