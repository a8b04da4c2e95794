use serde_json::Value as Json;

use super::answer::{FieldFit, Match};
use super::field::conversion;
use super::given::is_one_expression;
use super::path::braced;
use super::shape::{Field, Shape};
use super::types::Types;

/// The `set` whose payload is a line's mapping: what it makes, and what arrives at it.
#[derive(Debug)]
pub(super) struct Mapper<'n> {
    pub(super) name: &'n str,
    pub(super) payload: Json,
    pub(super) arriving: Shape,
}

impl Mapper<'_> {
    /// What the mapping lacks, by what it makes already (`direct`) and by what arrives at it (`made`), whichever is surer.
    pub(super) fn mend(&self, wanted: &Field, given: &Shape, direct: FieldFit, made: FieldFit) -> FieldFit {
        let own = direct.from.as_ref().and_then(|from| self.payload.get(from));
        match direct.met {
            Match::Conflict => {
                let has = given.field(&wanted.name).map(|field| field.shape.types).unwrap_or_default();
                let turned = own.and_then(|value| turned(value, has, wanted.shape.types));
                FieldFit { suggestion: turned.or(made.suggestion), ..direct }
            }
            Match::Alike if own.is_some() && direct.confidence >= made.confidence => {
                FieldFit { suggestion: own.cloned(), ..direct }
            }
            // It arrives, and the mapping leaves it out.
            _ if made.met == Match::Exact => FieldFit { met: Match::Alike, ..made },
            _ => made,
        }
    }
}

/// A value of the mapping as another type: what is written is written otherwise, what is worked out is converted.
fn turned(value: &Json, has: Types, wants: Types) -> Option<Json> {
    let Some(text) = value.as_str() else {
        return wants.has(Types::STRING).then(|| Json::String(value.to_string()));
    };
    if is_one_expression(text) {
        let code = text.trim().trim_start_matches("{{").trim_end_matches("}}").trim();
        let is_plain = code.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
        let code = if is_plain { code.to_owned() } else { format!("({code})") };
        return conversion(&code, has, wants).map(|code| Json::String(braced(&code)));
    }
    let meant: Json = serde_json::from_str(text).ok()?;
    (!meant.is_null() && Types::of_value(&meant).fit(wants)).then_some(meant)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_or_worked_out_becomes_another_type() {
        let table = [
            (json!("12.5"), Types::STRING, Types::NUMBER, Some(json!(12.5))),
            (json!("7"), Types::STRING, Types::INTEGER, Some(json!(7))),
            (json!("true"), Types::STRING, Types::BOOLEAN, Some(json!(true))),
            (json!(7), Types::INTEGER, Types::STRING, Some(json!("7"))),
            (json!("{{ input.sum }}"), Types::STRING, Types::NUMBER, Some(json!("{{ input.sum | float }}"))),
            (json!("{{ a or b }}"), Types::STRING, Types::NUMBER, Some(json!("{{ (a or b) | float }}"))),
            (json!("seven"), Types::STRING, Types::NUMBER, None),
            (json!("7.5"), Types::STRING, Types::INTEGER, None),
            (json!(7), Types::INTEGER, Types::ARRAY, None),
        ];
        for (value, has, wants, expected) in table {
            assert_eq!(turned(&value, has, wants), expected, "{value} as {wants}");
        }
    }
}
