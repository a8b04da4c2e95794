use serde_json::{Map, Value, json};

use super::resolve;

/// How deep examples go before they leave out what may be left out.
const DEEPEST: usize = 6;

/// A value that fits a schema: its own example, else one made of its parts.
pub(super) fn of(document: &Value, schema: &Value) -> Value {
    make(document, schema, 0)
}

fn make(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if let Some(own) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return own.clone();
    }
    if let Some(first) = schema["enum"].get(0).or_else(|| schema.get("default")) {
        return first.clone();
    }
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| make(document, part, depth));
        return Value::Object(parts.filter_map(|part| part.as_object().cloned()).flatten().collect());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices
            .iter()
            .find(|it| it["type"] != "null")
            .map_or(Value::Null, |it| make(document, it, depth + 1));
    }
    plain(document, schema, depth)
}

fn plain(document: &Value, schema: &Value, depth: usize) -> Value {
    let name = schema["type"].as_str().or_else(|| schema["type"].get(0).and_then(Value::as_str));
    match name {
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let made = fields.map(|(name, field)| (name.clone(), make(document, field, depth + 1)));
            Value::Object(made.collect::<Map<_, _>>())
        }
        Some("array") => json!([make(document, &schema["items"], depth + 1)]),
        Some("integer" | "number") => schema["minimum"].as_i64().map_or(json!(0), |least| json!(least)),
        Some("boolean") => json!(true),
        Some("string") => json!("…"),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_its_parts() {
        let document =
            json!({ "components": { "schemas": { "Id": { "type": "string", "examples": ["7"] } } } });
        let schema = json!({ "type": "object", "properties": {
            "id": { "$ref": "#/components/schemas/Id" },
            "state": { "oneOf": [{ "type": "null" }, { "type": "string", "enum": ["on", "off"] }] },
            "sizes": { "type": "array", "items": { "type": "integer", "minimum": 1 } },
        }});
        assert_eq!(of(&document, &schema), json!({ "id": "7", "state": "on", "sizes": [1] }));
    }
}
