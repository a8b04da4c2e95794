use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::Value;

/// NIST SP 800-131A: shorter RSA keys are not to be trusted.
const MODULUS_MIN_BYTES: usize = 2048 / 8;
/// Longer ones only keep the processor busy.
const MODULUS_MAX_BYTES: usize = 8192 / 8;

/// The keys of an issuer that may sign sessions, by their `kid`.
#[derive(Debug)]
pub(super) struct KeySet(HashMap<String, DecodingKey>);

/// A key of a JSON Web Key Set (RFC 7517), as far as it matters here.
#[derive(Deserialize)]
struct Key {
    kty: String,
    kid: String,
    n: String,
    e: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
}

impl KeySet {
    /// Reads a key set and leaves out what cannot sign a session; `None` when nothing is left.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Value>,
        }
        let document: Document = serde_json::from_slice(body).ok()?;
        let mut keys = HashMap::new();
        for value in document.keys {
            if let Some((kid, key)) = serde_json::from_value::<Key>(value).ok().and_then(Key::usable) {
                keys.entry(kid).or_insert(key);
            }
        }
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// How many there are; never none.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, kid: &str) -> Option<&DecodingKey> {
        self.0.get(kid)
    }
}

impl Key {
    fn usable(self) -> Option<(String, DecodingKey)> {
        let is_for_signing = self.usage.is_none_or(|usage| usage == "sig");
        let is_rs256 = self.kty == "RSA" && self.alg.is_none_or(|alg| alg == "RS256");
        let modulus = URL_SAFE_NO_PAD.decode(&self.n).ok()?;
        let length = modulus.iter().skip_while(|byte| **byte == 0).count();
        let is_long_enough = (MODULUS_MIN_BYTES..=MODULUS_MAX_BYTES).contains(&length);
        if !is_for_signing || !is_rs256 || !is_long_enough || self.kid.is_empty() {
            return None;
        }
        Some((self.kid, DecodingKey::from_rsa_components(&self.n, &self.e).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "written in place by the tests")]
    fn parse(keys: Value) -> Option<KeySet> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    fn rsa(kid: &str) -> Value {
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([0xc5; 256])})
    }

    fn changed(field: &str, value: Value) -> Value {
        let mut key = rsa("bad");
        key[field] = value;
        key
    }

    #[test]
    fn a_key_that_may_sign_is_kept() {
        let keys =
            parse(json!([rsa("a"), {"kty": "RSA", "kid": "b", "e": "AQAB", "n": rsa("b")["n"]}])).unwrap();
        assert!(keys.get("a").is_some() && keys.get("b").is_some() && keys.get("c").is_none());
    }

    #[test]
    fn j22_a_key_that_may_not_sign_is_left_out_and_the_others_stay() {
        let short = URL_SAFE_NO_PAD.encode([0xc5; 128]);
        let padded = URL_SAFE_NO_PAD.encode([[0; 128], [0xc5; 128]].concat());
        let table = [
            json!({"kty": "oct", "kid": "bad", "k": "c2VjcmV0"}),
            json!({"kty": "EC", "kid": "bad", "crv": "P-256", "x": "AA", "y": "AA"}),
            json!({"kty": "martian", "kid": "bad"}),
            json!("not a key"),
            json!(null),
            changed("use", json!("enc")),
            changed("alg", json!("RS512")),
            changed("alg", json!("HS256")),
            changed("n", json!(short)),
            changed("n", json!(padded)),
            changed("n", json!("not base64!")),
            changed("e", json!(65537)),
            changed("kid", json!("")),
        ];
        for bad in table {
            let keys = parse(json!([bad, rsa("good")])).unwrap();
            assert!(keys.get("good").is_some() && keys.get("bad").is_none(), "{bad}");
            assert!(parse(json!([bad])).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_key_set_is_none() {
        for body in ["", "<html></html>", "{}", "[]", "{\"keys\": {}}", "{\"keys\": []}"] {
            assert!(KeySet::parse(body.as_bytes()).is_none(), "{body}");
        }
    }
}
