use super::{MOST_SIGNATURES, Signed, is_mac};

/// <https://docs.stripe.com/webhooks#verify-manually>: `t=…,v1=…`, hex of an HMAC over `timestamp.body`.
pub(super) fn check(secret: &str, request: Signed<'_>) -> Result<(), &'static str> {
    let given = request.header("stripe-signature").ok_or("Stripe-Signature is missing")?;
    let parts: Vec<(&str, &str)> =
        given.split(',').filter_map(|part| part.trim().split_once('=')).take(MOST_SIGNATURES).collect();
    let named =
        |wanted: &'static str| parts.iter().filter(move |(name, _)| *name == wanted).map(|(_, value)| *value);
    let timestamp = named("t").next().ok_or("Stripe-Signature has no t=")?;
    if !request.is_timely(timestamp) {
        return Err("it was signed more than five minutes before or after now");
    }
    let signed: [&[u8]; 3] = [timestamp.as_bytes(), b".", request.body];
    let is_right = named("v1")
        .filter_map(|digits| hex::decode(digits).ok())
        .any(|signature| is_mac(secret.as_bytes(), &signed, &signature));
    if is_right { Ok(()) } else { Err("no v1= of Stripe-Signature is right") }
}

#[cfg(test)]
mod tests {
    use kit::Timestamp;

    use super::super::testing::headers;
    use super::*;

    /// Computed apart from this code: `printf '1600000000.{}' | openssl dgst -sha256 -hmac whsec_test`.
    const RIGHT: &str = "0a6188eb14ea9e46795a5a3941d81e88ec1805dc5e474147ee2386660589a795";

    #[test]
    fn a_right_signature_holds_within_five_minutes_beside_others() {
        let is_right = |value: &str, body: &[u8], now_s: i64| {
            let headers = headers(&[("stripe-signature", value)]);
            let now = Timestamp::from_millis(now_s * 1_000);
            check("whsec_test", Signed { headers: &headers, body, now }).is_ok()
        };
        let given = format!("t=1600000000,v1={RIGHT}");
        assert!(is_right(&given, b"{}", 1_600_000_000));
        assert!(is_right(&format!("t=1600000000,v1=00ff, v1={RIGHT},v0=aa"), b"{}", 1_600_000_200));
        assert!(!is_right(&given, b"{ }", 1_600_000_000));
        assert!(!is_right(&given, b"{}", 1_600_000_301));
        assert!(!is_right(&format!("t=1600000001,v1={RIGHT}"), b"{}", 1_600_000_000));
        assert!(!is_right(&format!("v1={RIGHT}"), b"{}", 1_600_000_000));
        assert!(!is_right("t=1600000000,v0=aa", b"{}", 1_600_000_000));
    }
}
