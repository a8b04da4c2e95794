//! The JSON Schemas that a flow's author writes.

use std::sync::Arc;

use jsonschema::PatternOptions;
use serde_json::Value as Json;

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
    if !references_stay_inside(report, node) {
        return None;
    }
    let json = node.to_json();
    if is_endless(&json, &json, &mut Vec::new()) {
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

fn references_stay_inside(report: &mut Report<'_>, node: &Node) -> bool {
    let mut is_fine = true;
    for entry in node.entries() {
        let target = entry.value.text().unwrap_or("#");
        if matches!(entry.key.as_str(), "$ref" | "$dynamicRef" | "$schema") && !is_allowed(&entry.key, target)
        {
            report
                .error("remote_reference", entry.value.span, format!("`{target}` stands outside this schema"))
                .hint("copy it under `$defs` and refer to it as `#/$defs/…`");
            is_fine = false;
        }
        is_fine &= references_stay_inside(report, &entry.value);
    }
    node.items().iter().fold(is_fine, |is_fine, item| references_stay_inside(report, item) && is_fine)
}

fn is_allowed(key: &str, target: &str) -> bool {
    target.starts_with('#') || (key == "$schema" && target.contains("json-schema.org/"))
}

/// Whether following references comes back to the same schema without looking at a smaller part of the value.
fn is_endless<'a>(root: &'a Json, schema: &'a Json, open: &mut Vec<&'a str>) -> bool {
    let Json::Object(keywords) = schema else { return false };
    let mut found = false;
    if let Some(target) = keywords.get("$ref").and_then(Json::as_str) {
        if open.contains(&target) || open.len() > 50 {
            return true;
        }
        if let Some(next) = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer)) {
            open.push(target);
            found = is_endless(root, next, open);
            open.pop();
        }
    }
    let lists =
        ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| keywords.get(key)?.as_array()).flatten();
    let single = ["not", "if", "then", "else"].into_iter().filter_map(|key| keywords.get(key));
    found
        || lists.chain(single).any(|part| is_endless(root, part, open))
        || parts(keywords).any(|part| is_endless(root, part, &mut Vec::new()))
}

/// The schemas of parts of the value: a reference from there may come back.
fn parts(keywords: &serde_json::Map<String, Json>) -> impl Iterator<Item = &Json> {
    let maps = ["properties", "$defs", "patternProperties"]
        .into_iter()
        .filter_map(|key| keywords.get(key)?.as_object());
    let single =
        ["items", "additionalProperties", "contains"].into_iter().filter_map(|key| keywords.get(key));
    // References from a part are followed only once: what they lead to is looked at where it stands.
    maps.flat_map(serde_json::Map::values).chain(single).filter(|part| part.get("$ref").is_none())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn endless(schema: &Json) -> bool {
        is_endless(schema, schema, &mut Vec::new())
    }

    #[test]
    fn a_schema_that_only_refers_to_itself_is_endless_and_a_tree_is_not() {
        assert!(endless(&json!({"$ref": "#"})));
        assert!(endless(&json!({"allOf": [{"$ref": "#"}]})));
        assert!(endless(&json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}})));
        assert!(!endless(
            &json!({"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}})
        ));
    }
}
