//! The JSON Schemas that a flow's author writes.

use std::sync::Arc;

use jsonschema::PatternOptions;
use serde_json::{Map, Value as Json};

use super::super::Schema;
use super::super::report::Report;
use super::super::yaml::{Kind, Node};

/// Reads a schema and compiles it; what does not compile is an error at its line.
pub(super) fn read(report: &mut Report<'_>, parent: &Node, key: &str) -> Option<Schema> {
    let node = parent.get(key)?;
    if !matches!(node.kind, Kind::Map(_) | Kind::Bool(_)) {
        report.wrong_type(node, &format!("`{key}`"), "a JSON Schema (a map)");
        return None;
    }
    if !references_stay_inside(report, node, true) {
        return None;
    }
    let json = node.to_json();
    if is_endless(&json) {
        report.error(
            "invalid_schema",
            node.span,
            format!("the schema in `{key}` refers to itself without end"),
        );
        return None;
    }
    match compile(&json) {
        Ok(validator) => Some(Schema { json, validator: Arc::new(validator) }),
        Err((pointer, message)) => {
            report
                .error(
                    "invalid_schema",
                    node.at(&pointer).span,
                    format!("`{key}` is no JSON Schema: {message}"),
                )
                .hint("JSON Schema draft 2020-12");
            None
        }
    }
}

/// Compiles a schema without reaching for anything outside it; patterns run in linear time.
pub(super) fn compile(json: &Json) -> Result<jsonschema::Validator, (String, String)> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .offline()
        .build(json)
        .map_err(|error| (error.instance_path().to_string(), error.to_string()))
}

/// Keywords that would send a reference somewhere else than a JSON Pointer says.
const DETOURS: [&str; 5] = ["$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$id"];

fn references_stay_inside(report: &mut Report<'_>, node: &Node, is_root: bool) -> bool {
    let mut is_fine = true;
    for entry in node.entries() {
        let key = entry.key.as_str();
        // A property may be called `$ref`; its schema is a map, not a text.
        if let Some(target) = entry.value.text() {
            let is_pointer = target == "#" || (target.starts_with("#/") && !target.contains('%'));
            if key == "$ref" && !is_pointer {
                report
                    .error(
                        "remote_reference",
                        entry.value.span,
                        format!("`{target}` stands outside this schema"),
                    )
                    .hint("copy it under `$defs` and refer to it as `#/$defs/…`");
                is_fine = false;
            } else if DETOURS.contains(&key) && !(key == "$id" && is_root) {
                report
                    .error("remote_reference", entry.key_span, format!("`{key}` is not available here"))
                    .hint("refer to a part of this schema as `#/$defs/…`");
                is_fine = false;
            }
        }
        is_fine &= references_stay_inside(report, &entry.value, false);
    }
    node.items().iter().fold(is_fine, |is_fine, item| references_stay_inside(report, item, false) && is_fine)
}

/// Schemas that one value is held against, references followed: more of them only a bomb has.
const STEPS_MAX: usize = 2_000;

/// Follows what a schema applies to the same value, to see that it comes to an end.
struct Walk<'a> {
    root: &'a Json,
    steps: usize,
    /// The references that led here without looking at a smaller part of the value.
    open: Vec<&'a str>,
}

/// Whether references come back to the same schema without looking at a smaller part of the value, or multiply.
fn is_endless(schema: &Json) -> bool {
    Walk { root: schema, steps: 0, open: Vec::new() }.is_endless(schema)
}

impl<'a> Walk<'a> {
    fn is_endless(&mut self, schema: &'a Json) -> bool {
        let Json::Object(keywords) = schema else { return false };
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return true;
        }
        if let Some(target) = keywords.get("$ref").and_then(Json::as_str) {
            if self.open.contains(&target) {
                return true;
            }
            // A pointer that leads nowhere is the compiler's to report.
            if let Some(next) = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) {
                self.open.push(target);
                let found = self.is_endless(next);
                self.open.pop();
                if found {
                    return true;
                }
            }
        }
        same_value(keywords).any(|part| self.is_endless(part)) || {
            let open = std::mem::take(&mut self.open);
            let found = smaller_values(keywords).any(|part| self.is_endless(part));
            self.open = open;
            found
        }
    }
}

/// Schemas that apply to the value itself.
fn same_value(keywords: &Map<String, Json>) -> impl Iterator<Item = &Json> {
    let lists =
        ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| keywords.get(key)?.as_array()).flatten();
    let single = ["not", "if", "then", "else"].into_iter().filter_map(|key| keywords.get(key));
    let maps = keywords.get("dependentSchemas").and_then(Json::as_object);
    lists.chain(single).chain(maps.into_iter().flat_map(Map::values))
}

/// Schemas that apply to parts of the value; what a plain reference there leads to is looked at where it stands.
fn smaller_values(keywords: &Map<String, Json>) -> impl Iterator<Item = &Json> {
    let maps = ["properties", "$defs", "definitions", "patternProperties"];
    let maps = maps.into_iter().filter_map(|key| keywords.get(key)?.as_object()).flat_map(Map::values);
    let single = ["items", "additionalProperties", "contains", "unevaluatedProperties", "unevaluatedItems"];
    let single = single.into_iter().filter_map(|key| keywords.get(key));
    let list = keywords.get("prefixItems").and_then(Json::as_array).into_iter().flatten();
    maps.chain(single).chain(list).filter(|part| part.get("$ref").is_none())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_only_refers_to_itself_is_endless_and_a_tree_is_not() {
        assert!(is_endless(&json!({"$ref": "#"})));
        assert!(is_endless(&json!({"allOf": [{"$ref": "#"}]})));
        assert!(is_endless(
            &json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}})
        ));
        assert!(!is_endless(
            &json!({"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}})
        ));
    }

    #[test]
    fn a_schema_that_multiplies_is_endless_in_practice() {
        let mut definitions = Map::new();
        for level in 0..40 {
            let next = json!({"$ref": format!("#/$defs/a{}", level + 1)});
            definitions.insert(format!("a{level}"), json!({"allOf": [&next, &next]}));
        }
        definitions.insert("a40".to_owned(), json!({"type": "object"}));
        assert!(is_endless(&json!({"$ref": "#/$defs/a0", "$defs": definitions})));
    }
}
