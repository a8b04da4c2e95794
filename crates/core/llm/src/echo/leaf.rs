//! The smallest values: texts and numbers within their bounds.

use serde_json::{Value, json};

/// How long a list or text may be made for a minimum.
const MAX_LENGTH: u64 = 1_000;

/// The shortest text the schema allows, of its format.
pub(super) fn text(schema: &Value) -> Value {
    let sample = match schema.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date-time" => "1970-01-01T00:00:00Z",
        "date" => "1970-01-01",
        "time" => "00:00:00Z",
        "email" => "nobody@example.com",
        "uri" | "url" => "https://example.com/",
        "uuid" => "00000000-0000-0000-0000-000000000000",
        _ => "",
    };
    let missing = size(schema, "minLength").saturating_sub(sample.chars().count());
    Value::from(format!("{sample}{}", "x".repeat(missing)))
}

/// Zero, or the allowed number next to it.
pub(super) fn number(schema: &Value) -> Value {
    let bound = |word: &str| schema.get(word).and_then(Value::as_f64);
    let is_integer = schema.get("type").is_some_and(|kind| kind == "integer");
    let step = bound("multipleOf").filter(|step| *step > 0.0).or(is_integer.then_some(1.0));
    let above = bound("exclusiveMinimum").map(|low| (low, true)).or(bound("minimum").map(|low| (low, false)));
    let below =
        bound("exclusiveMaximum").map(|high| (high, true)).or(bound("maximum").map(|high| (high, false)));
    let gap = match (above, below) {
        (Some((low, _)), Some((high, _))) => ((high - low) / 2.0).min(1.0),
        _ => 1.0,
    };
    let value = match (above, below) {
        (Some((low, is_open)), _) if low > 0.0 || (low == 0.0 && is_open) => up(low, is_open, step, gap),
        (_, Some((high, is_open))) if high < 0.0 || (high == 0.0 && is_open) => {
            -up(-high, is_open, step, gap)
        }
        _ => 0.0,
    };
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

/// The smallest multiple of the step from `low` on; without a step `low` itself or a gap past it.
fn up(low: f64, is_open: bool, step: Option<f64>, gap: f64) -> f64 {
    match step {
        Some(step) => {
            let multiple = (low / step).ceil() * step;
            if is_open && multiple <= low { multiple + step } else { multiple }
        }
        None if is_open => low + gap,
        None => low,
    }
}

/// A minimum length.
pub(super) fn size(schema: &Value, word: &str) -> usize {
    let size = schema.get(word).and_then(Value::as_u64).unwrap_or(0).min(MAX_LENGTH);
    usize::try_from(size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_allowed_one_next_to_zero() {
        for (schema, expected) in [
            (json!({"type": "number"}), json!(0)),
            (json!({"minimum": -5, "maximum": 5}), json!(0)),
            (json!({"type": "integer", "exclusiveMinimum": 0}), json!(1)),
            (json!({"type": "integer", "minimum": 2.5}), json!(3)),
            (json!({"maximum": -7, "multipleOf": 5}), json!(-10)),
            (json!({"exclusiveMinimum": 0, "exclusiveMaximum": 0.5}), json!(0.25)),
        ] {
            assert_eq!(number(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn a_text_is_as_long_as_it_has_to_be_and_no_bomb() {
        assert_eq!(text(&json!({"minLength": 2})), json!("xx"));
        assert_eq!(text(&json!({"format": "date"})), json!("1970-01-01"));
        assert_eq!(text(&json!({"minLength": 9_000_000_000_u64})).as_str().map(str::len), Some(1_000));
    }
}
