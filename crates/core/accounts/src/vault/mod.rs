//! Sealing of values at rest: whatever a user entrusts to the server lies in the database in this form only.

mod key_file;
mod master_keys;
mod purpose;
mod ticket;

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use kit::ids::OwnerId;
use kit::{Entropy, Secret};

pub use master_keys::MasterKeys;
pub use purpose::Purpose;

use crate::{Error, Result};
use master_keys::{KEY_ID_BYTES, MasterKey};

/// First byte of a sealed value: which layout follows.
const LAYOUT: u8 = 1;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

/// Seals values with the first master key and opens those of all; cheap to clone.
///
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with a random 24-byte nonce. A sealed value is the layout (1 byte),
/// the id of its key (4), the nonce (24), then the ciphertext with its tag (16). Owner, purpose, name, layout and key
/// are authenticated with it, so that a value moved to another row does not open.
#[derive(Clone, Debug)]
pub struct Vault {
    keys: Arc<MasterKeys>,
    entropy: Entropy,
}

impl Vault {
    /// A vault of these keys.
    pub fn new(keys: MasterKeys, entropy: Entropy) -> Self {
        Self { keys: Arc::new(keys), entropy }
    }

    /// Seals a value; the same value sealed twice looks different.
    pub fn seal(&self, owner: OwnerId, purpose: Purpose, name: &str, plaintext: &[u8]) -> Result<Vec<u8>> {
        let key = self.keys.first();
        let nonce: [u8; NONCE_BYTES] = self.entropy.bytes();
        let context = context(key, owner, purpose, name);
        let payload = Payload { msg: plaintext, aad: &context };
        // Fails only for values of more than 256 GB.
        let ciphertext = cipher(key)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| sealed(purpose, name, "it is too large"))?;
        let head = [&[LAYOUT][..], &key.id, &nonce].concat();
        Ok([head, ciphertext].concat())
    }

    /// Opens a value that is text.
    pub fn open(&self, owner: OwnerId, purpose: Purpose, name: &str, sealed_value: &[u8]) -> Result<Secret> {
        let bytes = self.decrypt(owner, purpose, name, sealed_value)?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| sealed(purpose, name, "it is not text"))
    }

    /// Opens a value of any bytes.
    pub fn open_bytes(
        &self,
        owner: OwnerId,
        purpose: Purpose,
        name: &str,
        sealed_value: &[u8],
    ) -> Result<Secret<Vec<u8>>> {
        self.decrypt(owner, purpose, name, sealed_value).map(Secret::new)
    }

    fn decrypt(&self, owner: OwnerId, purpose: Purpose, name: &str, sealed_value: &[u8]) -> Result<Vec<u8>> {
        let (head, ciphertext) = sealed_value
            .split_at_checked(HEAD_BYTES)
            .filter(|(head, _)| head[0] == LAYOUT)
            .ok_or_else(|| sealed(purpose, name, "it was not written by this version of the program"))?;
        let (key_id, nonce) = head[1..].split_at(KEY_ID_BYTES);
        let key = self.keys.with_id(key_id).ok_or_else(|| {
            sealed(
                purpose,
                name,
                "its master key is missing; add the key it was sealed with to API_KEY_ENCRYPTION_KEY",
            )
        })?;
        let context = context(key, owner, purpose, name);
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().unwrap_or_default();
        cipher(key)
            .decrypt(&XNonce::from(nonce), Payload { msg: ciphertext, aad: &context })
            .map_err(|_| sealed(purpose, name, "it was changed, or belongs to another row"))
    }
}

fn cipher(key: &MasterKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.bytes.expose().into())
}

/// Everything that a sealed value is bound to; each part is preceded by its length, so that no two contexts are equal.
fn context(key: &MasterKey, owner: OwnerId, purpose: Purpose, name: &str) -> Vec<u8> {
    let parts: [&[u8]; 5] =
        [&[LAYOUT], &key.id, owner.as_bytes(), purpose.as_str().as_bytes(), name.as_bytes()];
    parts
        .iter()
        .flat_map(|part| (part.len() as u64).to_le_bytes().into_iter().chain(part.iter().copied()))
        .collect()
}

fn sealed(purpose: Purpose, name: &str, reason: &'static str) -> Error {
    Error::Sealed { what: format!("{} `{name}`", purpose.as_str()), reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OWNER: OwnerId = OwnerId::from_u128(1);

    fn vault(keys: &str) -> Vault {
        Vault::new(MasterKeys::parse(keys).unwrap(), Entropy::seeded(7))
    }

    fn key(seed: u64) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(Entropy::seeded(seed).bytes::<32>())
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_again(plaintext in prop::collection::vec(any::<u8>(), 0..300), name in ".{0,40}") {
            let vault = vault(&key(1));
            let sealed_value = vault.seal(OWNER, Purpose::SECRET, &name, &plaintext).unwrap();
            let opened = vault.open_bytes(OWNER, Purpose::SECRET, &name, &sealed_value).unwrap();
            prop_assert_eq!(opened.expose(), &plaintext);
        }

        #[test]
        fn a_changed_byte_does_not_open(at in 0_usize..60, flip in 1_u8..=255) {
            let vault = vault(&key(1));
            let mut sealed_value = vault.seal(OWNER, Purpose::SECRET, "KEY", b"fifteen letters").unwrap();
            prop_assume!(at < sealed_value.len());
            sealed_value[at] ^= flip;
            prop_assert!(vault.open(OWNER, Purpose::SECRET, "KEY", &sealed_value).is_err());
        }
    }

    #[test]
    fn a_value_opens_in_its_own_row_only() {
        let vault = vault(&key(1));
        let sealed_value = vault.seal(OWNER, Purpose::SECRET, "KEY", b"value").unwrap();
        assert!(vault.open(OWNER, Purpose::SECRET, "KEY", &sealed_value).is_ok());
        assert!(vault.open(OwnerId::from_u128(2), Purpose::SECRET, "KEY", &sealed_value).is_err());
        assert!(vault.open(OWNER, Purpose::PROVIDER_KEY, "KEY", &sealed_value).is_err());
        assert!(vault.open(OWNER, Purpose::SECRET, "KEY2", &sealed_value).is_err());
        for cut in 0..sealed_value.len() {
            assert!(vault.open(OWNER, Purpose::SECRET, "KEY", &sealed_value[..cut]).is_err(), "{cut} bytes");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let vault = vault(&key(1));
        let seal = || vault.seal(OWNER, Purpose::SECRET, "KEY", b"value").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn after_a_rotation_old_values_open_and_new_ones_use_the_first_key() {
        let (old, new) = (key(1), key(2));
        let before = vault(&old).seal(OWNER, Purpose::SECRET, "KEY", b"value").unwrap();
        let rotated = vault(&format!("{new},{old}"));
        assert_eq!(rotated.open(OWNER, Purpose::SECRET, "KEY", &before).unwrap().expose(), "value");
        let after = rotated.seal(OWNER, Purpose::SECRET, "KEY", b"value").unwrap();
        assert!(vault(&new).open(OWNER, Purpose::SECRET, "KEY", &after).is_ok());
        let lost = vault(&new).open(OWNER, Purpose::SECRET, "KEY", &before).unwrap_err();
        assert_eq!(
            lost.to_string(),
            "secret `KEY` cannot be decrypted: its master key is missing; add the key it was sealed with to \
             API_KEY_ENCRYPTION_KEY"
        );
    }

    /// Sealed by another program (draft-irtf-cfrg-xchacha in plain Python, checked against the draft's example): the
    /// layout is the documented one, and must stay so for what lies in databases.
    #[test]
    fn a_value_that_another_program_sealed_opens() {
        let sealed_value = hex::decode(SEALED_ELSEWHERE).unwrap();
        let opened = vault("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            .open(OWNER, Purpose::SECRET, "KEY", &sealed_value)
            .unwrap();
        assert_eq!(opened.expose(), "value");
    }

    const SEALED_ELSEWHERE: &str = "019c7537216465666768696a6b6c6d6e6f707172737475767778797a7b0a1295c59ac38f9e1e3dad1bd6e052424dcdf6bbcf";
}
