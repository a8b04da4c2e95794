use serde_json::{Map, Value as Json};

use super::fault::Reason;
use super::number::Number;

/// How many names a message lists.
const MAX_LISTED: usize = 10;

/// What a name stands for; variables come before constants: who sends an `e` means it.
pub(super) fn value_of(name: &str, variables: &Map<String, Json>) -> Result<Number, Reason> {
    let mut parts = name.split('.');
    let first = parts.next().and_then(|part| variables.get(part));
    match parts.try_fold(first, |value, part| value.map(|value| value.get(part))).flatten() {
        Some(json) => Number::from_json(json).ok_or_else(|| Reason::NotANumber(name.to_owned())),
        None => constant(name).ok_or_else(|| unknown(name, variables)),
    }
}

fn unknown(name: &str, variables: &Map<String, Json>) -> Reason {
    let is_number = |(_, json): &(&String, &Json)| json.is_number() || json.is_boolean() || json.is_object();
    let known = variables.iter().filter(is_number).map(|(name, _)| name.clone()).take(MAX_LISTED).collect();
    Reason::UnknownName { name: name.to_owned(), known }
}

fn constant(name: &str) -> Option<Number> {
    match name {
        "pi" => Some(Number::Float(std::f64::consts::PI)),
        "e" => Some(Number::Float(std::f64::consts::E)),
        "tau" => Some(Number::Float(std::f64::consts::TAU)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_hide_constants_and_are_reached_through_dots() {
        let variables = json!({"e": 2, "order": {"total": 40, "note": "x"}});
        let variables = variables.as_object().unwrap();
        assert_eq!(value_of("e", variables), Ok(Number::Integer(2)));
        assert_eq!(value_of("order.total", variables), Ok(Number::Integer(40)));
        assert_eq!(value_of("pi", variables), Ok(Number::Float(std::f64::consts::PI)));
    }

    #[test]
    fn what_does_not_exist_is_told_with_what_does() {
        let variables = json!({"order": {"total": 40}, "note": "x", "e": 2});
        let message = |name| value_of(name, variables.as_object().unwrap()).unwrap_err().to_string();
        assert_eq!(message("total"), "there is no `total`; there is order, e");
        assert_eq!(message("order.tax"), "there is no `order.tax`; there is order, e");
        assert_eq!(message("note"), "`note` is not a number");
        assert_eq!(message("order"), "`order` is not a number");
    }
}
