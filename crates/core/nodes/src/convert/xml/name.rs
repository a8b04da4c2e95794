/// Whether it may name a tag or an attribute: letters, digits, `_`, `-`, `.`, and one `:` after a prefix.
///
/// A little stricter than XML 1.0 section 2.3, which allows several colons.
pub(super) fn is_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_plain(prefix) && is_plain(local),
        None => is_plain(name),
    }
}

/// Whether XML 1.0 section 2.2 lets a document hold the character.
pub(super) fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    }
}

fn is_plain(part: &str) -> bool {
    let mut characters = part.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|other| other.is_alphanumeric() || matches!(other, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_other_texts() {
        for name in ["a", "_x", "soap:Body", "gr\u{f6}\u{df}e", "a-b.c1"] {
            assert!(is_name(name), "{name}");
        }
        for other in ["", "1a", "a b", "a:b:c", ":a", "a:", "-a", "a<b", "a\"", "@a"] {
            assert!(!is_name(other), "{other}");
        }
    }
}
