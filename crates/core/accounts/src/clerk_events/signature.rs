use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kit::Timestamp;
use sha2::Sha256;

use crate::clerk::WebhookSecret;
use crate::{Error, Result};

/// How old or early a delivery may be: Svix's own figure.
const TOLERANCE_MS: i64 = 300_000;
/// An endpoint has few secrets at a time.
const SIGNATURES_MAX: usize = 16;
const ID_MAX_BYTES: usize = 255;

/// Checks a delivery and answers its id, which is the same at each repetition.
///
/// <https://www.standardwebhooks.com>, also Svix's own: HMAC-SHA256 over `id.timestamp.body`, in base64 after `v1,`;
/// one of several signatures suffices (the secret is being changed). Both families of header names are read.
pub(super) fn verify<'a>(
    secret: &WebhookSecret,
    headers: &[(&str, &'a str)],
    body: &[u8],
    now: Timestamp,
) -> Result<&'a str> {
    let family = if header(headers, "svix-id").is_some() { "svix" } else { "webhook" };
    let part = |name: &str, missing| {
        header(headers, &format!("{family}-{name}")).ok_or(Error::BadSignature(missing))
    };
    let id = part("id", "svix-id is missing")?;
    let timestamp = part("timestamp", "svix-timestamp is missing")?;
    let signatures = part("signature", "svix-signature is missing")?;
    if id.is_empty() || id.len() > ID_MAX_BYTES || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::BadSignature("svix-id is not one"));
    }
    if !is_timely(timestamp, now) {
        return Err(Error::BadSignature("it was signed more than five minutes before or after now"));
    }
    let is_right = signatures
        .split(' ')
        .take(SIGNATURES_MAX)
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .filter_map(|signature| STANDARD.decode(signature).ok())
        .any(|signature| matches(secret, &[id, ".", timestamp, "."], body, &signature));
    if is_right { Ok(id) } else { Err(Error::BadSignature("no signature of it is right")) }
}

fn header<'a>(headers: &[(&str, &'a str)], wanted: &str) -> Option<&'a str> {
    headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
}

fn is_timely(timestamp: &str, now: Timestamp) -> bool {
    let signed_s: Option<i64> = timestamp.parse().ok();
    let signed = signed_s.and_then(|seconds| seconds.checked_mul(1_000)).map(Timestamp::from_millis);
    signed.is_some_and(|signed| now.since_ms(signed).saturating_abs() <= TOLERANCE_MS)
}

/// Compares in constant time.
fn matches(secret: &WebhookSecret, head: &[&str], body: &[u8], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.0.expose()) else { return false };
    for part in head {
        mac.update(part.as_bytes());
    }
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SIGNED: &str = "1614265330";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const NOW: Timestamp = Timestamp::from_millis(1_614_265_330_000);

    fn check(headers: &[(&str, &str)], body: &[u8], now: Timestamp) -> bool {
        verify(&WebhookSecret::parse(SECRET).unwrap(), headers, body, now).is_ok_and(|id| id == ID)
    }

    fn svix<'a>(id: &'a str, signed: &'a str, signature: &'a str) -> [(&'static str, &'a str); 3] {
        [("svix-id", id), ("svix-timestamp", signed), ("svix-signature", signature)]
    }

    #[test]
    fn c10_the_published_example_holds_under_both_families_of_names() {
        assert!(check(&svix(ID, SIGNED, SIGNATURE), BODY, NOW));
        let names = [("Webhook-Id", ID), ("webhook-timestamp", SIGNED), ("WEBHOOK-SIGNATURE", SIGNATURE)];
        assert!(check(&names, BODY, NOW));
        let mixed = [("svix-id", ID), ("webhook-timestamp", SIGNED), ("webhook-signature", SIGNATURE)];
        assert!(!check(&mixed, BODY, NOW));
    }

    #[test]
    fn c1_another_id_time_or_body_does_not() {
        assert!(!check(&svix("msg_other", SIGNED, SIGNATURE), BODY, NOW));
        assert!(!check(&svix(ID, "1614265331", SIGNATURE), BODY, NOW));
        assert!(!check(&svix(ID, SIGNED, SIGNATURE), br#"{"test":2432232314}"#, NOW));
        assert!(!check(&svix("", SIGNED, SIGNATURE), BODY, NOW));
        for present in 0..3 {
            assert!(!check(&svix(ID, SIGNED, SIGNATURE)[..present], BODY, NOW), "{present} headers");
        }
    }

    #[test]
    fn c2_a_delivery_holds_for_five_minutes_both_ways() {
        for (seconds, holds) in
            [(-301, false), (-300, true), (-299, true), (299, true), (300, true), (301, false)]
        {
            assert_eq!(
                check(&svix(ID, SIGNED, SIGNATURE), BODY, NOW.plus_ms(seconds * 1_000)),
                holds,
                "{seconds} s"
            );
        }
        for bad in ["", "now", "1614265330.0", "9223372036854775807", "-9223372036854775808"] {
            assert!(!check(&svix(ID, bad, SIGNATURE), BODY, NOW), "{bad}");
        }
    }

    #[test]
    fn c3_one_right_signature_among_several_suffices() {
        let other = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let unsymmetric = "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        for list in
            [format!("{other} {SIGNATURE}"), format!("{SIGNATURE} {other}"), format!("v2,x {SIGNATURE}")]
        {
            assert!(check(&svix(ID, SIGNED, &list), BODY, NOW), "{list}");
        }
        for list in [other, unsymmetric, "", " ", &SIGNATURE[3..], "v1,", "v1,not base64", &SIGNATURE[..20]] {
            assert!(!check(&svix(ID, SIGNED, list), BODY, NOW), "{list}");
        }
    }
}
