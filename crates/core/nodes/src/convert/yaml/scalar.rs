use serde_json::{Number, Value as Json};

/// What a plain scalar means by the core schema (YAML 1.2.2, section 10.3.2): `no` and `on` are text; none
/// for the infinities and NaN, which JSON does not have.
pub(super) fn resolve(text: &str) -> Option<Json> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Json::Null),
        "true" | "True" | "TRUE" => Some(Json::Bool(true)),
        "false" | "False" | "FALSE" => Some(Json::Bool(false)),
        _ => number(text),
    }
}

/// Whether the text, written plain, would be read as this very text: by us, and by readers of YAML 1.1,
/// for which `no`, `1_000` and `12:30` are not text.
pub(super) fn is_plain_text(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_alphabetic())
        && characters.all(|other| other.is_alphanumeric() || matches!(other, ' ' | '_' | '-' | '.' | '/'))
        && !text.ends_with(' ')
        && !is_word_with_a_meaning(&text.to_ascii_lowercase())
}

fn is_word_with_a_meaning(lowercase: &str) -> bool {
    matches!(lowercase, "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n")
}

fn number(text: &str) -> Option<Json> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return None;
    }
    Some(integer(text).or_else(|| float(text, unsigned)).unwrap_or_else(|| Json::from(text)))
}

fn integer(text: &str) -> Option<Json> {
    if let Some(digits) =
        text.strip_prefix("0o").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return u64::from_str_radix(digits, 8).ok().map(Json::from);
    }
    if let Some(digits) =
        text.strip_prefix("0x").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        return u64::from_str_radix(digits, 16).ok().map(Json::from);
    }
    let text = text.strip_prefix('+').filter(|rest| !rest.starts_with(['+', '-'])).unwrap_or(text);
    text.parse::<i64>().map(Json::from).or_else(|_| text.parse::<u64>().map(Json::from)).ok()
}

/// Digits, with a point, with an exponent; a whole number too large for 64 bits is read as JSON does, as a float.
fn float(text: &str, unsigned: &str) -> Option<Json> {
    let is_number = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_number {
        return None;
    }
    text.parse::<f64>().ok().and_then(Number::from_f64).map(Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, expected) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("True", json!(true)),
            ("no", json!("no")),
            ("on", json!("on")),
            ("yes", json!("yes")),
            ("012", json!(12)),
            ("0o14", json!(12)),
            ("0xC", json!(12)),
            ("+12", json!(12)),
            ("-12", json!(-12)),
            ("+-12", json!("+-12")),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("1_000", json!("1_000")),
            ("12:30", json!("12:30")),
            ("1.2.3", json!("1.2.3")),
            ("2024-01-01", json!("2024-01-01")),
            ("1e999", json!("1e999")),
            ("infinity", json!("infinity")),
            ("-", json!("-")),
        ] {
            assert_eq!(resolve(text), Some(expected), "{text}");
        }
        assert_eq!([resolve(".inf"), resolve("-.Inf"), resolve(".nan")], [None, None, None]);
    }

    #[test]
    fn only_harmless_text_is_written_plain() {
        for text in ["hello", "a b/c-d.e_f", "\u{e9}t\u{e9}", "nothing"] {
            assert!(is_plain_text(text), "{text}");
        }
        for text in ["", "no", "Null", "1", "a: b", "a #b", "-a", "a ", " a", "a\nb", "'", "12:30", "a,b"] {
            assert!(!is_plain_text(text), "{text}");
        }
    }
}
