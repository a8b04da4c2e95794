use serde_json::Number;

use super::Kind;

/// What a plain scalar means by YAML 1.2's core schema (<https://yaml.org/spec/1.2.2/#103-core-schema>).
///
/// `no`, `on` and `yes` are texts, and so are `.inf` and `.nan`, which JSON does not know.
pub(super) fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => number(text).map_or_else(|| Kind::Text(text.to_owned()), Kind::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().filter(|_| is_digits(digits, 16)).map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().filter(|_| is_digits(digits, 8)).map(Number::from);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if is_digits(unsigned, 10) {
        let exact = text.strip_prefix('+').unwrap_or(text);
        let whole = exact.parse::<u64>().ok().map(Number::from);
        let whole = whole.or_else(|| exact.parse::<i64>().ok().map(Number::from));
        // Larger than 64 bits: as near as a float comes.
        return whole.or_else(|| exact.parse::<f64>().ok().and_then(Number::from_f64));
    }
    if !is_float(unsigned) {
        return None;
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

fn is_digits(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_digit(radix))
}

/// `[0-9]*.?[0-9]*([eE][-+]?[0-9]+)?` with a digit before the exponent.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_empty = whole.is_empty() && fraction.is_empty();
    let is_mantissa = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_exponent =
        exponent.is_none_or(|digits| is_digits(digits.strip_prefix(['+', '-']).unwrap_or(digits), 10));
    !is_empty && is_mantissa && is_exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        format!("{:?}", resolve(text))
    }

    #[test]
    fn only_the_core_schema_is_known() {
        for text in
            ["no", "yes", "on", "off", "y", "1_000", "1:30", "0b1", ".", "-", "+", "e5", "1e", "10s", ".inf"]
        {
            assert!(matches!(resolve(text), Kind::Text(_)), "{text}");
        }
        for text in ["", "~", "null"] {
            assert!(matches!(resolve(text), Kind::Null), "{text}");
        }
        assert_eq!(
            [shown("12"), shown("-3"), shown("+4"), shown("0x1F"), shown("0o17")],
            [
                "Number(Number(12))",
                "Number(Number(-3))",
                "Number(Number(4))",
                "Number(Number(31))",
                "Number(Number(15))"
            ]
        );
        assert_eq!(
            [shown("1.5"), shown("-.5"), shown("1e3"), shown("18446744073709551615")],
            [
                "Number(Number(1.5))",
                "Number(Number(-0.5))",
                "Number(Number(1000.0))",
                "Number(Number(18446744073709551615))"
            ]
        );
    }
}
