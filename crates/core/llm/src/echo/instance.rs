//! A JSON value that fulfils a schema.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::leaf::{number, size, text};
use super::schema::{accepts, properties, required, resolved};

/// How deep the instance of a schema that contains itself may grow.
const MAX_DEPTH: usize = 24;

/// How many values are tried: nested choices and lists multiply.
const MAX_VALUES: u32 = 2_000;

/// An instance of the schema: what was given where it fits, by name, else constants, first choices and zeros.
///
/// Fulfils types, bounds, choices, lists, nested and combined schemas and references inside the schema; not `pattern`,
/// `not`, `if` and what only a search could find.
pub(super) fn of(schema: &Value, given: &Value) -> Value {
    Maker { root: schema, values_left: Cell::new(MAX_VALUES) }.make(schema, given, 0)
}

struct Maker<'a> {
    root: &'a Value,
    values_left: Cell<u32>,
}

impl Maker<'_> {
    fn make(&self, schema: &Value, given: &Value, depth: usize) -> Value {
        if depth > MAX_DEPTH || self.values_left.get() == 0 {
            return Value::Null;
        }
        self.values_left.set(self.values_left.get() - 1);
        // Null stands for nothing given.
        if !given.is_null() && accepts(self.root, schema, given) {
            return given.clone();
        }
        if let Some(target) = resolved(self.root, schema) {
            return self.make(target, given, depth + 1);
        }
        if let Some(fixed) = fixed(schema) {
            return fixed.clone();
        }
        if let Some(combined) = self.combined(schema, given, depth) {
            return combined;
        }
        match kind(schema) {
            "object" => self.object(schema, given, depth),
            "array" => self.array(schema, given, depth),
            "string" => text(schema),
            "integer" | "number" => number(schema),
            "boolean" => json!(false),
            _ => Value::Null,
        }
    }

    /// All of `allOf`, and the first choice of `anyOf` or `oneOf` that comes out right.
    fn combined(&self, schema: &Value, given: &Value, depth: usize) -> Option<Value> {
        let mut base = schema.as_object()?.clone();
        let all = base.remove("allOf");
        let choices = base.remove("anyOf").or_else(|| base.remove("oneOf"));
        if all.is_none() && choices.is_none() {
            return None;
        }
        for part in list(all.as_ref()) {
            merge(&mut base, resolved(self.root, part).unwrap_or(part));
        }
        let made = list(choices.as_ref()).map(|choice| {
            let mut merged = base.clone();
            merge(&mut merged, resolved(self.root, choice).unwrap_or(choice));
            self.make(&Value::Object(merged), given, depth + 1)
        });
        let right = made.into_iter().find(|made| accepts(self.root, schema, made));
        Some(right.unwrap_or_else(|| self.make(&Value::Object(base), given, depth + 1)))
    }

    /// The fields that are required, and those that were given.
    fn object(&self, schema: &Value, given: &Value, depth: usize) -> Value {
        let mut fields = Map::new();
        for (name, part) in properties(schema) {
            let found = given.get(name).unwrap_or(&Value::Null);
            let is_given = !found.is_null() && accepts(self.root, part, found);
            if is_given || required(schema).any(|required| required == name) {
                fields.insert(name.clone(), self.make(part, found, depth + 1));
            }
        }
        let others = schema.get("additionalProperties").unwrap_or(&Value::Bool(true));
        for name in required(schema) {
            if !fields.contains_key(name) {
                let found = given.get(name).unwrap_or(&Value::Null);
                fields.insert(name.to_owned(), self.make(others, found, depth + 1));
            }
        }
        Value::Object(fields)
    }

    /// As many items as the schema wants at least.
    fn array(&self, schema: &Value, given: &Value, depth: usize) -> Value {
        let first = list(schema.get("prefixItems")).collect::<Vec<_>>();
        let rest = schema.get("items").unwrap_or(&Value::Bool(true));
        let count = size(schema, "minItems");
        let item = |index: usize| {
            let given = given.get(index).unwrap_or(&Value::Null);
            self.make(first.get(index).copied().unwrap_or(rest), given, depth + 1)
        };
        (0..count).map(item).collect()
    }
}

fn fixed(schema: &Value) -> Option<&Value> {
    schema.get("const").or_else(|| schema.get("enum")?.get(0)).or_else(|| schema.get("default"))
}

/// The first type, or the one that the schema's other words are about.
fn kind(schema: &Value) -> &str {
    let named = schema.get("type").and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
    let has = |words: &[&str]| words.iter().any(|word| schema.get(word).is_some());
    named.unwrap_or_else(|| match () {
        () if has(&["properties", "required"]) => "object",
        () if has(&["items", "prefixItems", "minItems"]) => "array",
        () if has(&["minLength", "maxLength", "format"]) => "string",
        () if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) => "number",
        () => "null",
    })
}

/// Lays one schema over another: fields and requirements add up, everything else is taken over.
fn merge(base: &mut Map<String, Value>, part: &Value) {
    for (word, value) in part.as_object().into_iter().flatten() {
        match (base.get_mut(word), value) {
            (Some(Value::Object(have)), Value::Object(more)) if word == "properties" => {
                have.extend(more.clone());
            }
            (Some(Value::Array(have)), Value::Array(more)) if word == "required" => have.extend(more.clone()),
            _ => {
                base.insert(word.clone(), value.clone());
            }
        }
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_given_is_taken_by_name_where_it_fits() {
        let schema = json!({"type": "object", "required": ["a", "b"], "properties": {
            "a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "boolean"}, "d": {"type": "string"}}});
        assert_eq!(
            of(&schema, &json!({"a": "x", "b": "no", "c": true})),
            json!({"a": "x", "b": 0, "c": true})
        );
        assert_eq!(of(&schema, &Value::Null), json!({"a": "", "b": 0}));
    }

    #[test]
    fn combined_and_referenced_schemas_are_fulfilled() {
        let schema = json!({
            "$defs": {"id": {"type": "object", "properties": {"id": {"type": "string", "minLength": 3}}, "required": ["id"]}},
            "allOf": [{"$ref": "#/$defs/id"}, {"properties": {"n": {"type": "integer", "minimum": 5}}, "required": ["n"]}],
        });
        assert_eq!(of(&schema, &Value::Null), json!({"id": "xxx", "n": 5}));
        let choice = json!({"anyOf": [{"type": "string", "pattern": "^[0-9]+$"}, {"type": "integer"}]});
        assert_eq!(of(&choice, &Value::Null), json!(0));
    }

    #[test]
    fn a_schema_that_contains_itself_comes_to_an_end() {
        let tree = json!({"$defs": {"tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}},
            "required": ["left"]}}, "$ref": "#/$defs/tree"});
        assert!(of(&tree, &Value::Null).is_object());
        let circle = json!({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"});
        assert_eq!(of(&circle, &Value::Null), Value::Null);
        let bush = json!({"$defs": {"bush": {"anyOf": [{"$ref": "#/$defs/twig"}, {"$ref": "#/$defs/twig"}]},
            "twig": {"type": "array", "minItems": 9, "items": {"$ref": "#/$defs/bush"}}}, "$ref": "#/$defs/bush"});
        assert_eq!(of(&bush, &Value::Null), Value::Null);
    }

    fn schemas() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            (0..40_i64, 0..40_i64, 1..4_i64).prop_map(|(low, width, step)| {
                json!({"type": "integer", "minimum": low - 20, "maximum": low + width + step, "multipleOf": step})
            }),
            (-20..20_i64).prop_map(|low| json!({"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + 1})),
            (-20..20_i64).prop_map(|high| json!({"type": "number", "exclusiveMaximum": high})),
            (0..5_u32, 0..5_u32).prop_map(|(low, more)| json!({"type": "string", "minLength": low, "maxLength": low + more})),
            Just(json!({"type": "boolean"})),
            Just(json!({"type": ["null", "string"]})),
            Just(json!({"enum": ["b", 1, null]})),
            Just(json!({"const": {"k": [1]}})),
        ];
        leaf.prop_recursive(3, 24, 3, |inner| {
            prop_oneof![
                prop::collection::hash_map("[a-c]", (inner.clone(), any::<bool>()), 0..3).prop_map(|fields| {
                    let required: Vec<_> = fields.iter().filter(|(_, (_, is))| *is).map(|(name, _)| name).collect();
                    let properties: Map<_, _> = fields.iter().map(|(name, (part, _))| (name.clone(), part.clone())).collect();
                    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
                }),
                (inner.clone(), 0..3_u32).prop_map(|(items, low)| json!({"type": "array", "items": items, "minItems": low})),
                prop::collection::vec(inner.clone(), 1..3).prop_map(|choices| json!({"anyOf": choices})),
                inner.prop_map(|part| json!({"allOf": [part]})),
            ]
        })
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i8>().prop_map(Value::from),
            "[a-z]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::hash_map("[a-c]", inner.clone(), 0..3).prop_map(|fields| json!(fields)),
                prop::collection::vec(inner, 0..3).prop_map(Value::from),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_instance_fulfils_its_schema(schema in schemas(), given in values()) {
            let made = of(&schema, &given);
            prop_assert!(accepts(&schema, &schema, &made), "{schema} made {made}");
        }
    }
}
