use kit::{Entropy, Secret};
use sha2::{Digest, Sha256};

use super::crc32::crc32;

const MARK: &str = "blx_";
/// 62^43 > 2^256: as many digits as 32 bytes need.
const RANDOM_DIGITS: usize = 43;
/// 62^6 > 2^32.
const CHECK_DIGITS: usize = 6;
const PREFIX_DIGITS: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A well-formed personal token: `blx_`, 32 random bytes in base 62, and their CRC-32 in base 62.
///
/// The mark lets secret scanners find a leaked token, the check lets them (and us) know a mistyped one.
#[derive(Debug)]
pub(crate) struct TokenText(Secret);

impl TokenText {
    /// Whether a credential is meant to be a personal token.
    pub(crate) fn is_meant_by(text: &str) -> bool {
        text.starts_with(MARK)
    }

    /// A new one.
    pub(crate) fn random(entropy: &Entropy) -> Self {
        let number = Secret::new(entropy.bytes::<32>());
        let random = base62::<RANDOM_DIGITS>(*number.expose());
        let check = base62::<CHECK_DIGITS>(crc32(random.as_bytes()).to_be_bytes());
        Self(Secret::new(format!("{MARK}{random}{check}")))
    }

    /// Reads one; `None` when a letter is missing or wrong.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(MARK)?;
        let (random, check) = digits.split_at_checked(RANDOM_DIGITS)?;
        let right = base62::<CHECK_DIGITS>(crc32(random.as_bytes()).to_be_bytes());
        (check == right).then(|| Self(Secret::from(text)))
    }

    /// What the database keeps: SHA-256 in hexadecimal. 256 random bits need no slow hash.
    pub(crate) fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.expose()))
    }

    /// The characters that a list shows.
    pub(crate) fn prefix(&self) -> String {
        self.0.expose().chars().take(MARK.len() + PREFIX_DIGITS).collect()
    }

    pub(crate) fn into_secret(self) -> Secret {
        self.0
    }
}

/// The big-endian number in base 62, with leading zeros.
fn base62<const LENGTH: usize>(mut number: impl AsMut<[u8]>) -> String {
    let number = number.as_mut();
    let mut digits = [b'0'; LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::from(divide(number, 62))];
    }
    digits.iter().copied().map(char::from).collect()
}

/// Long division in place; answers the remainder.
fn divide(number: &mut [u8], divisor: u16) -> u8 {
    let mut rest = 0_u16;
    for byte in number.iter_mut() {
        let part = rest << 8 | u16::from(*byte);
        *byte = u8::try_from(part / divisor).unwrap_or(u8::MAX);
        rest = part % divisor;
    }
    u8::try_from(rest).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_token_has_the_documented_form() {
        let token = TokenText::random(&Entropy::seeded(1));
        let text = token.0.expose().clone();
        assert_eq!(text.len(), 53);
        assert!(text.starts_with("blx_") && text[4..].bytes().all(|byte| DIGITS.contains(&byte)), "{text}");
        assert_eq!(token.prefix(), text[..10]);
        assert_eq!(TokenText::parse(&text).unwrap().hash(), token.hash());
        assert_eq!(token.hash().len(), 64);
    }

    #[test]
    fn numbers_are_written_in_base_62() {
        assert_eq!(base62::<6>(0_u32.to_be_bytes()), "000000");
        assert_eq!(base62::<6>(61_u32.to_be_bytes()), "00000z");
        assert_eq!(base62::<6>(62_u32.to_be_bytes()), "000010");
        assert_eq!(base62::<6>(u32::MAX.to_be_bytes()), "4gfFC3");
        assert_ne!(base62::<43>([0xff; 32]), base62::<43>([0xfe; 32]));
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_noticed(seed in any::<u64>(), at in 0_usize..53, letter in "[0-9A-Za-z_]") {
            let text = TokenText::random(&Entropy::seeded(seed)).0.expose().clone();
            let mut wrong = text.clone();
            wrong.replace_range(at..=at, &letter);
            prop_assert_eq!(TokenText::parse(&wrong).is_some(), wrong == text);
        }

        #[test]
        fn no_text_makes_it_stumble(text in "(blx_)?.{0,60}") {
            prop_assert!(TokenText::parse(&text).is_none());
        }
    }
}
