use std::path::Path;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use kit::{Entropy, Secret};
use sha2::{Digest, Sha256};

use super::key_file;
use crate::{Error, Result};

/// Bytes of a master key.
const KEY_BYTES: usize = 32;
/// Bytes of the name that a sealed value calls its key by.
pub(super) const KEY_ID_BYTES: usize = 4;

/// The keys that everything at rest is sealed with: the first seals, all open.
#[derive(Debug)]
pub struct MasterKeys {
    first: MasterKey,
    older: Vec<MasterKey>,
}

#[derive(Debug)]
pub(super) struct MasterKey {
    /// The beginning of its hash: tells which key a value needs and nothing about the key.
    pub(super) id: [u8; KEY_ID_BYTES],
    pub(super) bytes: Secret<[u8; KEY_BYTES]>,
}

impl MasterKeys {
    /// Reads `API_KEY_ENCRYPTION_KEY`: 32 bytes in base64 (either alphabet), several separated by commas.
    pub fn parse(text: &str) -> Result<Self> {
        let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
        let mut keys = Vec::new();
        for (at, word) in words.enumerate() {
            let key = MasterKey::parse(word).ok_or_else(|| {
                setting(format!(
                    "key {} is not 32 random bytes in base64: make one with `openssl rand -base64 32`",
                    at + 1
                ))
            })?;
            if keys.iter().any(|other: &MasterKey| other.id == key.id) {
                return Err(setting(format!("key {} stands in the list twice: remove one", at + 1)));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys
            .next()
            .ok_or_else(|| setting("is empty: make a key with `openssl rand -base64 32`".to_owned()))?;
        Ok(Self { first, older: keys.collect() })
    }

    /// Reads the file, or makes it with a new key (mode 0600, and complete from the moment it exists).
    ///
    /// Answers whether it was made: then the operator has to be told to back it up, apart from the database. A file
    /// that others can read is refused.
    pub fn load_or_create(path: &Path, entropy: &Entropy) -> Result<(Self, bool)> {
        let created = !path.exists() && key_file::create(path, &Self::fresh(entropy))?;
        Ok((Self::load(path)?, created))
    }

    /// Reads the file; one that others can read is refused.
    pub fn load(path: &Path) -> Result<Self> {
        let text = key_file::read(path)?;
        Self::parse(text.expose()).map_err(|_| Error::MasterKeyFile {
            path: path.display().to_string(),
            problem: "does not hold 32 bytes in base64: restore it from its backup".to_owned(),
        })
    }

    /// A key that lives as long as the process: for a database that is thrown away.
    pub fn passing(entropy: &Entropy) -> Result<Self> {
        Self::parse(Self::fresh(entropy).expose())
    }

    fn fresh(entropy: &Entropy) -> Secret {
        let bytes = Secret::new(entropy.bytes::<KEY_BYTES>());
        Secret::new(base64::engine::general_purpose::STANDARD.encode(bytes.expose()))
    }

    pub(super) fn first(&self) -> &MasterKey {
        &self.first
    }

    pub(super) fn with_id(&self, id: &[u8]) -> Option<&MasterKey> {
        self.all().find(|key| key.id == id)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.first).chain(&self.older)
    }
}

impl MasterKey {
    fn parse(word: &str) -> Option<Self> {
        let alphabet = if word.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
        let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let decoded = Secret::new(GeneralPurpose::new(alphabet, lenient).decode(word).ok()?);
        let bytes: [u8; KEY_BYTES] = decoded.expose().as_slice().try_into().ok()?;
        // A placeholder such as 32 zeros is no key.
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return None;
        }
        let digest = Sha256::new().chain_update(b"bloxserver master key").chain_update(bytes).finalize();
        let mut id = [0; KEY_ID_BYTES];
        id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Some(Self { id, bytes: Secret::new(bytes) })
    }
}

fn setting(problem: String) -> Error {
    Error::Setting { name: "API_KEY_ENCRYPTION_KEY", problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const TWO: &str = "_-7dzLuqmYh3ZlVEMyIRAP_u3cy7qpmId2ZVRDMiEQA";

    #[test]
    fn keys_are_read_in_both_alphabets_with_or_without_padding() {
        let keys = MasterKeys::parse(&format!(" {ONE} , {TWO}\n")).unwrap();
        assert_eq!(keys.first().bytes.expose()[..3], [0, 1, 2]);
        assert_eq!(keys.older.len(), 1);
        assert_eq!(keys.with_id(&keys.older[0].id).unwrap().bytes.expose()[..3], [0xff, 0xee, 0xdd]);
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated_in_the_message() {
        let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        for bad in
            ["", " , ", "c2hvcnQ=", "not base64 at all!", zeros, &format!("{ONE},{ONE}"), &format!("{ONE},x")]
        {
            let message = MasterKeys::parse(bad).unwrap_err().to_string();
            assert!(
                message.starts_with("API_KEY_ENCRYPTION_KEY ") && !message.contains("AAEC"),
                "{bad}: {message}"
            );
        }
    }

    #[test]
    fn the_debug_form_of_keys_holds_no_key() {
        let printed = format!("{:?}", MasterKeys::parse(ONE).unwrap());
        assert!(printed.contains("***") && !printed.contains("2, 3, 4"), "{printed}");
    }
}
