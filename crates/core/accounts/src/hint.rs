use kit::Secret;

/// As many of the last characters as a hint shows at most (the original system's figure).
const SHOWN_MAX: usize = 6;
/// At least this part of a value stays hidden: of four characters, three.
const SHOWN_PART: usize = 4;

/// The end of a secret value, to recognise it: `...` and at most its last six characters, less of a short one.
pub(crate) fn hint(value: &Secret) -> String {
    let length = value.expose().chars().count();
    let shown = SHOWN_MAX.min(length / SHOWN_PART);
    let end: String = value.expose().chars().skip(length - shown).collect();
    format!("...{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_shows_the_end_and_never_much_of_it() {
        let table = [
            ("", "..."),
            ("abc", "..."),
            ("abcd", "...d"),
            ("0123456789", "...89"),
            ("sk-proj-0123456789abcdefghij", "...efghij"),
            ("пароль-длинный", "...ный"),
        ];
        for (value, shown) in table {
            assert_eq!(hint(&Secret::from(value)), shown, "{value}");
        }
    }
}
