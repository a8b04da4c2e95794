//! What a provider says about an error, fit to be shown.

use std::net::Ipv4Addr;

use kit::Secret;

const MAX_CHARS: usize = 300;

/// How the providers' keys begin, for keys that are not ours to know.
const KEY_BEGINNINGS: [&str; 5] = ["sk-", "xai-", "tgp_", "gsk_", "AIza"];

/// How much of a key in a row gives it away.
const TELLING_BYTES: usize = 8;

/// The text on one line, shortened, with `***` in place of every word that shows a piece of the key or looks like one, or
/// where in the house something is.
pub(crate) fn redact(text: &str, key: Option<&Secret>) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let shown = words.filter(|word| !word.is_empty()).map(|word| if tells(word, key) { "***" } else { word });
    let line = shown.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn tells(word: &str, key: Option<&Secret>) -> bool {
    let looks_like_a_key = |beginning: &str| word.contains(beginning) && word.len() >= TELLING_BYTES;
    KEY_BEGINNINGS.into_iter().any(looks_like_a_key)
        || is_inside(word)
        || key.is_some_and(|key| shares_a_piece(word.as_bytes(), key.expose().trim().as_bytes()))
}

/// Whether an address of the house stands in it.
fn is_inside(word: &str) -> bool {
    let parts = word.split(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '.' | '-'));
    parts.into_iter().any(|part| match part.parse::<Ipv4Addr>() {
        Ok(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
        Err(_) => {
            [".internal", ".local", ".svc"].iter().any(|end| part.ends_with(end)) || part == "localhost"
        }
    })
}

fn shares_a_piece(word: &[u8], key: &[u8]) -> bool {
    let length = TELLING_BYTES.min(key.len());
    length > 0 && key.windows(length).any(|piece| word.windows(length).any(|part| part == piece))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_taken_out_whole_or_in_pieces() {
        let key = Secret::from("my-private-canary-key");
        let said = "Incorrect key: my-private-canary-key, \"my-private***\" \n(sk-live-0123456789)";
        assert_eq!(redact(said, Some(&key)), "Incorrect key: *** *** ***");
    }

    #[test]
    fn what_has_nothing_to_do_with_keys_stays() {
        let said = "Invalid value for temperature:\r\n3 is above 2";
        assert_eq!(
            redact(said, Some(&Secret::from("k-1234567890"))),
            "Invalid value for temperature: 3 is above 2"
        );
        assert_eq!(redact(&"é".repeat(400), None).chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn addresses_of_the_house_are_taken_out_and_others_stay() {
        let said = "no route to http://10.0.0.7:8000/v1, db.internal or localhost:5432; see https://example.com/docs/1.2.3.4";
        assert_eq!(redact(said, None), "no route to *** *** or *** see https://example.com/docs/1.2.3.4");
    }

    proptest! {
        #[test]
        fn no_text_around_a_key_lets_it_through(before in ".{0,400}", after in ".{0,40}") {
            let key = "canary0123456789";
            let shown = redact(&format!("{before}{key}{after}"), Some(&Secret::from(key)));
            prop_assert!(!shown.contains("canary01"));
        }
    }
}
