use super::{Signed, is_mac};

/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>: hex after `sha256=` of an HMAC over
/// the body.
pub(super) fn check(secret: &str, request: Signed<'_>) -> Result<(), &'static str> {
    let given = request.header("x-hub-signature-256").ok_or("X-Hub-Signature-256 is missing")?;
    let signature = given.strip_prefix("sha256=").and_then(|digits| hex::decode(digits).ok());
    let signature = signature.ok_or("X-Hub-Signature-256 is not sha256= and 64 digits")?;
    match is_mac(secret.as_bytes(), &[request.body], &signature) {
        true => Ok(()),
        false => Err("X-Hub-Signature-256 is not right"),
    }
}

#[cfg(test)]
mod tests {
    use kit::Timestamp;

    use super::super::testing::headers;
    use super::*;

    // The example of the page above.
    const SECRET: &str = "It's a Secret to Everybody";
    const RIGHT: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn the_published_example_holds_and_nothing_beside_it() {
        let is_right = |secret: &str, signature: &str, body: &[u8]| {
            let headers = headers(&[("x-hub-signature-256", signature)]);
            check(secret, Signed { headers: &headers, body, now: Timestamp::default() }).is_ok()
        };
        assert!(is_right(SECRET, RIGHT, b"Hello, World!"));
        assert!(!is_right(SECRET, RIGHT, b"Hello, World?"));
        assert!(!is_right("another", RIGHT, b"Hello, World!"));
        assert!(!is_right(SECRET, &RIGHT[7..], b"Hello, World!"));
        assert!(!is_right(SECRET, "sha256=", b"Hello, World!"));
    }
}
