/// Patterns of `LIKE … ESCAPE '\'` for texts that hold a text: as it is written, and in small letters.
///
/// Two, because SQLite makes only the letters a to z small. Empty for any text.
pub(crate) fn holds(text: Option<&str>) -> [String; 2] {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return [String::new(), String::new()] };
    [pattern(text), pattern(&text.to_lowercase())]
}

fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_pattern_means_itself() {
        assert_eq!(holds(Some("100 %_\\")), ["%100 \\%\\_\\\\%", "%100 \\%\\_\\\\%"]);
        assert_eq!(holds(Some("Ärger")), ["%Ärger%", "%ärger%"]);
        assert_eq!(holds(Some("")), holds(None));
    }
}
