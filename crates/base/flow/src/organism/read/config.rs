//! A handler's config against the JSON Schema of the catalogue.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value as Json;

use super::super::report::Report;
use super::super::yaml::{Node, Span};
use crate::catalogue::HandlerSpec;
use crate::suggest::closest;

/// Reports what does not fit; a value that holds an expression is known only later and is skipped.
pub(super) fn check(report: &mut Report<'_>, spec: &HandlerSpec, schema: &Validator, node: &Node) {
    let config = node.to_json();
    for error in schema.iter_errors(&config) {
        let pointer = error.instance_path().to_string();
        if !may_depend_on_an_expression(&error, config.pointer(&pointer)) {
            let place =
                if pointer.is_empty() { "config".to_owned() } else { format!("config{}", dotted(&pointer)) };
            tell(report, spec, &error, (node.at(&pointer), &pointer, &place));
        }
    }
}

/// What a handler that has no config at all misses.
pub(super) fn check_missing(report: &mut Report<'_>, spec: &HandlerSpec, schema: &Validator, span: Span) {
    let empty = Json::Object(serde_json::Map::new());
    for error in schema.iter_errors(&empty) {
        if let ValidationErrorKind::Required { property } = error.kind() {
            let key = property.as_str().unwrap_or_default();
            report
                .error("invalid_config", span, format!("`{}` needs `config.{key}`", spec.name))
                .maybe_hint(help(spec, "", key));
        }
    }
}

fn tell(
    report: &mut Report<'_>,
    spec: &HandlerSpec,
    error: &ValidationError<'_>,
    (node, pointer, place): (&Node, &str, &str),
) {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = known_keys(spec, pointer);
            for key in unexpected {
                let entry = node.entries().iter().find(|entry| entry.key == *key);
                let span = entry.map_or(node.span, |entry| entry.key_span);
                let near = closest(key, known.iter().map(String::as_str));
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => "it takes no settings".to_owned(),
                    None => format!("known keys: {}", known.join(", ")),
                };
                report
                    .error("invalid_config", span, format!("{place} of `{}` has no key `{key}`", spec.name))
                    .hint(hint);
            }
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            report
                .error("invalid_config", node.span, format!("{place} of `{}` needs `{key}`", spec.name))
                .maybe_hint(help(spec, pointer, key));
        }
        _ => {
            let key = pointer.rsplit('/').next().unwrap_or_default();
            let parent = &pointer[..pointer.len().saturating_sub(key.len() + 1)];
            let message = format!("{place} of `{}` does not fit: {}", spec.name, brief(error));
            report.error("invalid_config", node.span, message).maybe_hint(help(spec, parent, key));
        }
    }
}

fn brief(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                jsonschema::error::TypeKind::Single(kind) => kind.to_string(),
                jsonschema::error::TypeKind::Multiple(kinds) => {
                    kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" or ")
                }
            };
            format!("it must be of type {wanted}")
        }
        ValidationErrorKind::Enum { options } => format!("it must be one of {options}"),
        _ => error.masked_with("this").to_string(),
    }
}

fn may_depend_on_an_expression(error: &ValidationError<'_>, instance: Option<&Json>) -> bool {
    match (error.kind(), instance) {
        (_, Some(Json::String(text))) => text.contains("{{"),
        // Whether a key is there is known before its value is.
        (ValidationErrorKind::AdditionalProperties { .. } | ValidationErrorKind::Required { .. }, _) => false,
        (_, Some(instance)) => holds_expression(instance),
        (_, None) => false,
    }
}

fn holds_expression(json: &Json) -> bool {
    match json {
        Json::String(text) => text.contains("{{"),
        Json::Array(items) => items.iter().any(holds_expression),
        Json::Object(entries) => entries.values().any(holds_expression),
        _ => false,
    }
}

fn known_keys(spec: &HandlerSpec, pointer: &str) -> Vec<String> {
    let properties = schema_at(&spec.config, pointer).and_then(|schema| schema.get("properties"));
    properties.and_then(Json::as_object).map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
}

/// What the catalogue says of a key.
fn help(spec: &HandlerSpec, parent: &str, key: &str) -> Option<String> {
    let property = schema_at(&spec.config, parent)?.get("properties")?.get(key)?;
    property.get("description")?.as_str().map(str::to_owned)
}

/// The schema of the part of the config at a JSON Pointer, along plain `properties` and `items`.
fn schema_at<'s>(schema: &'s Json, pointer: &str) -> Option<&'s Json> {
    pointer.split('/').skip(1).try_fold(schema, |schema, token| {
        let property = schema.get("properties").and_then(|properties| properties.get(token));
        property.or_else(|| schema.get("items").filter(|_| token.parse::<usize>().is_ok()))
    })
}

fn dotted(pointer: &str) -> String {
    pointer.replace('/', ".")
}
