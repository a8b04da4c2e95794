use minijinja::Value;
use minijinja::value::ValueKind;
use serde_json::{Map, Number, Value as Json};

use super::ExpressionError;

/// As deep as JSON that comes from outside may be.
const DEPTH_MAX: usize = 128;

/// What an expression made, as JSON; takes its size from `budget` (bytes) and fails when that is used up.
pub(super) fn from_value(value: &Value, budget: &mut usize) -> Result<Json, ExpressionError> {
    convert(value, budget, 0)
}

/// A copy of JSON that was there before; takes its size from `budget` (bytes).
pub(super) fn copy(json: &Json, budget: &mut usize) -> Result<Json, ExpressionError> {
    charge_all(json, budget)?;
    Ok(json.clone())
}

fn convert(value: &Value, budget: &mut usize, depth: usize) -> Result<Json, ExpressionError> {
    if depth > DEPTH_MAX {
        return Err(ExpressionError::new(format!("the result is nested deeper than {DEPTH_MAX}")));
    }
    charge(budget, 8)?;
    match value.kind() {
        ValueKind::Undefined => Err(ExpressionError::new("part of the result is undefined")),
        ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => number(value).map(Json::Number),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            charge(budget, text.len())?;
            Ok(Json::String(text.to_owned()))
        }
        ValueKind::Seq | ValueKind::Iterable => list(value, budget, depth),
        ValueKind::Map => map(value, budget, depth),
        kind => Err(ExpressionError::new(format!("the result is a {kind}, which is not JSON"))),
    }
}

fn list(value: &Value, budget: &mut usize, depth: usize) -> Result<Json, ExpressionError> {
    let mut items = Vec::new();
    for item in value.try_iter().map_err(engine)?.checked() {
        items.push(convert(&item.map_err(engine)?, budget, depth + 1)?);
    }
    Ok(Json::Array(items))
}

fn map(value: &Value, budget: &mut usize, depth: usize) -> Result<Json, ExpressionError> {
    let mut entries = Map::new();
    for key in value.try_iter().map_err(engine)?.checked() {
        let key = key.map_err(engine)?;
        let item = value.get_item(&key).map_err(engine)?;
        let name = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        charge(budget, name.len())?;
        entries.insert(name, convert(&item, budget, depth + 1)?);
    }
    Ok(Json::Object(entries))
}

fn number(value: &Value) -> Result<Number, ExpressionError> {
    if value.is_integer() {
        let signed = i64::try_from(value.clone()).ok().map(Number::from);
        let exact = signed.or_else(|| u64::try_from(value.clone()).ok().map(Number::from));
        return exact.ok_or_else(|| ExpressionError::new(format!("the number {value} does not fit 64 bits")));
    }
    let float = f64::try_from(value.clone()).map_err(engine)?;
    Number::from_f64(float).ok_or_else(|| ExpressionError::new("the result is not a finite number"))
}

fn charge_all(json: &Json, budget: &mut usize) -> Result<(), ExpressionError> {
    charge(budget, 8)?;
    match json {
        Json::String(text) => charge(budget, text.len()),
        Json::Array(items) => items.iter().try_for_each(|item| charge_all(item, budget)),
        Json::Object(entries) => entries.iter().try_for_each(|(name, item)| {
            charge(budget, name.len())?;
            charge_all(item, budget)
        }),
        _ => Ok(()),
    }
}

fn charge(budget: &mut usize, bytes: usize) -> Result<(), ExpressionError> {
    *budget = budget
        .checked_sub(bytes)
        .ok_or_else(|| ExpressionError::new("the result is too large; make less of it in one step"))?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn engine(error: minijinja::Error) -> ExpressionError {
    ExpressionError::new(error.detail().map_or_else(|| error.kind().to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn round(json: &Json) -> Json {
        from_value(&Value::from(minijinja::value::Serde(json)), &mut (1 << 30)).unwrap()
    }

    #[test]
    fn big_integers_keep_every_digit() {
        let json = json!([i64::MIN, i64::MAX, u64::MAX, 0.1, 1.0, -0.5, null, true, {"z": 1, "a": 2}]);
        assert_eq!(round(&json).to_string(), json.to_string());
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let inf = Value::from(f64::INFINITY);
        assert!(from_value(&inf, &mut 100).unwrap_err().message.contains("finite"));
        assert!(from_value(&Value::from(u128::MAX), &mut 100).unwrap_err().message.contains("64 bits"));
    }

    #[test]
    fn a_small_value_repeated_a_thousand_times_is_counted_a_thousand_times() {
        let text = Value::from("x".repeat(10_000));
        let many = Value::from(vec![text; 1_000]);
        assert!(from_value(&many, &mut 1_000_000).unwrap_err().message.contains("too large"));
    }

    proptest! {
        #[test]
        fn json_survives_the_way_through_the_engine(json in json_tree()) {
            prop_assert_eq!(round(&json), json);
        }
    }

    fn json_tree() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            (-1e15..1e15_f64).prop_map(Json::from),
            ".{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
                prop::collection::vec((".{0,6}", inner), 0..5)
                    .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            ]
        })
    }
}
