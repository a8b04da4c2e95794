//! A tool's arguments out of what the user said.

use serde_json::{Map, Value};

use super::schema::{accepts, properties, required};

/// The arguments, if all that the tool requires is there: a JSON object's fields by name and type, and for a tool's
/// only argument, when it takes a text, the whole text.
pub(super) fn fill(schema: &Value, asked: &str, given: &Value) -> Option<Map<String, Value>> {
    let mut arguments = Map::new();
    for (name, part) in properties(schema) {
        if let Some(value) = given.get(name).filter(|value| accepts(schema, part, value)) {
            arguments.insert(name.clone(), value.clone());
        }
    }
    if let Some((name, part)) = lone(schema)
        && !arguments.contains_key(name)
    {
        let text = Value::from(asked);
        if accepts(schema, part, &text) {
            arguments.insert(name.clone(), text);
        }
    }
    let is_complete = required(schema).all(|name| arguments.contains_key(name));
    let arguments = Value::Object(arguments);
    match arguments {
        Value::Object(fields) if is_complete && accepts(schema, schema, &Value::Object(fields.clone())) => {
            Some(fields)
        }
        _ => None,
    }
}

/// The only required argument, or the only one there is.
fn lone(schema: &Value) -> Option<(&String, &Value)> {
    let wanted: Vec<&str> = required(schema).collect();
    let mut candidates =
        properties(schema).filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
    let lone = candidates.next()?;
    (candidates.next().is_none() && wanted.len() <= 1).then_some(lone)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(schema: &Value, asked: &str) -> Option<Value> {
        fill(schema, asked, &serde_json::from_str(asked).unwrap_or_default()).map(Value::Object)
    }

    fn text_argument() -> Value {
        json!({"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]})
    }

    #[test]
    fn fields_are_taken_by_name_and_type() {
        assert_eq!(
            filled(&text_argument(), r#"{"city": "Rome", "days": 2, "x": 1}"#),
            Some(json!({"city": "Rome", "days": 2}))
        );
        assert_eq!(
            filled(&text_argument(), r#"{"city": "Rome", "days": "two"}"#),
            Some(json!({"city": "Rome"}))
        );
    }

    #[test]
    fn a_lone_text_takes_everything() {
        assert_eq!(filled(&text_argument(), "Rome, please"), Some(json!({"city": "Rome, please"})));
        let optional = json!({"properties": {"query": {"type": "string"}}});
        assert_eq!(filled(&optional, "what?"), Some(json!({"query": "what?"})));
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_not_made_up() {
        let number = json!({"properties": {"n": {"type": "number"}}, "required": ["n"]});
        assert_eq!(filled(&number, "three"), None);
        assert_eq!(filled(&number, r#"{"n": "3"}"#), None);
        let two =
            json!({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a", "b"]});
        assert_eq!(filled(&two, "text"), None);
        let one_of = json!({"properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"]});
        assert_eq!(filled(&one_of, "z"), None);
    }

    #[test]
    fn a_tool_that_requires_nothing_is_filled() {
        for schema in [json!({}), json!({"type": "object"}), json!(true)] {
            assert_eq!(filled(&schema, "hello"), Some(json!({})));
        }
    }

    #[test]
    fn definitions_are_found() {
        let schema = json!({"properties": {"a": {"$ref": "#/$defs/n"}}, "required": ["a"], "$defs": {"n": {"type": "integer"}}});
        assert_eq!(filled(&schema, r#"{"a": 1}"#), Some(json!({"a": 1})));
        assert_eq!(filled(&schema, r#"{"a": 1.5}"#), None);
    }

    #[test]
    fn a_schema_that_is_none_is_never_filled() {
        assert_eq!(filled(&json!({"type": 5}), "{}"), None);
    }
}
