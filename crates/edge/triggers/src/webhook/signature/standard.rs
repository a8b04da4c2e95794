use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{MOST_SIGNATURES, Signed, is_mac};

/// <https://www.standardwebhooks.com>: base64 after `v1,` of an HMAC over `id.timestamp.body`, under `webhook-…` or
/// Svix's `svix-…`.
///
/// The secret is base64 after `whsec_`; one without that prefix signs with its bytes as they are.
pub(super) fn check(secret: &str, request: Signed<'_>) -> Result<(), &'static str> {
    let part = |name: &str| {
        request.header(&format!("webhook-{name}")).or_else(|| request.header(&format!("svix-{name}")))
    };
    let id = part("id").ok_or("webhook-id is missing")?;
    let timestamp = part("timestamp").ok_or("webhook-timestamp is missing")?;
    let signatures = part("signature").ok_or("webhook-signature is missing")?;
    if !request.is_timely(timestamp) {
        return Err("it was signed more than five minutes before or after now");
    }
    let key = match secret.strip_prefix("whsec_") {
        Some(encoded) => STANDARD.decode(encoded).map_err(|_| "the secret is not base64 after whsec_")?,
        None => secret.as_bytes().to_vec(),
    };
    let signed: [&[u8]; 5] = [id.as_bytes(), b".", timestamp.as_bytes(), b".", request.body];
    let is_right = signatures
        .split(' ')
        .take(MOST_SIGNATURES)
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        .any(|signature| is_mac(&key, &signed, &signature));
    if is_right { Ok(()) } else { Err("no signature in webhook-signature is right") }
}

#[cfg(test)]
mod tests {
    use kit::Timestamp;

    use super::super::testing::headers;
    use super::*;

    // The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: &str = "1614265330";
    const RIGHT: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn is_right(all: &[(&'static str, &str)], body: &[u8], now_s: i64) -> bool {
        let headers = headers(all);
        let now = Timestamp::from_millis(now_s * 1_000);
        check(SECRET, Signed { headers: &headers, body, now }).is_ok()
    }

    #[test]
    fn the_published_example_holds_and_nothing_beside_it() {
        let now_s = 1_614_265_330;
        let given = [("webhook-id", ID), ("webhook-timestamp", AT), ("webhook-signature", RIGHT)];
        assert!(is_right(&given, BODY, now_s));
        assert!(is_right(&[("svix-id", ID), ("svix-timestamp", AT), ("svix-signature", RIGHT)], BODY, now_s));
        let two = format!("v1,AAAA {RIGHT}");
        assert!(is_right(
            &[("webhook-id", ID), ("webhook-timestamp", AT), ("webhook-signature", &two)],
            BODY,
            now_s
        ));
        assert!(!is_right(&given, br#"{"test": 2432232315}"#, now_s));
        assert!(!is_right(&given, BODY, now_s + 301));
        assert!(!is_right(&given, BODY, now_s - 301));
        assert!(!is_right(&[("webhook-id", "other"), given[1], given[2]], BODY, now_s));
        for missing in 0..3 {
            let rest: Vec<_> = (0..3).filter(|at| *at != missing).map(|at| given[at]).collect();
            assert!(!is_right(&rest, BODY, now_s));
        }
    }
}
