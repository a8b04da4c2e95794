use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kit::{Entropy, Secret};
use sha2::{Digest, Sha256};

/// A webhook token: 256 random bits, URL-safe, 43 characters.
pub(super) fn new(entropy: &Entropy) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()))
}

/// What a token is looked up by: its SHA-256 in hex.
pub(super) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
