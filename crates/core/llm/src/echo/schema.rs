//! JSON Schema as the simulation needs it.

use serde_json::{Map, Value};

/// Whether the value fulfils the schema, a part of `root`; a schema that cannot be read is fulfilled by nothing.
pub(super) fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let whole = with_definitions(root, schema);
    jsonschema::validator_for(&whole).is_ok_and(|validator| validator.is_valid(value))
}

/// The schema that `$ref` points at, inside `root`; other documents are not looked for.
pub(super) fn resolved<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

/// The names a schema requires.
pub(super) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The schemas of the fields a schema names.
pub(super) fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// A part of a schema keeps its root's definitions, so that its references find them.
fn with_definitions(root: &Value, schema: &Value) -> Value {
    let Value::Object(part) = schema else { return schema.clone() };
    let mut whole: Map<String, Value> = part.clone();
    for definitions in ["$defs", "definitions"] {
        if let Some(found) = root.get(definitions) {
            whole.entry(definitions).or_insert_with(|| found.clone());
        }
    }
    Value::Object(whole)
}
