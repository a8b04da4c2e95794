//! The names that an expression uses, against what exists where it stands.

use serde_json::Value as Json;

use super::super::report::Report;
use super::super::yaml::Node;
use super::names::Names;
use crate::expression::{Reference, Template};
use crate::suggest::{closest, listing};

const TRIGGER_FIELDS: [&str; 5] = ["payload", "headers", "query", "method", "time"];
const EXECUTION_FIELDS: [&str; 2] = ["id", "startedAt"];

/// What is known where an expression stands.
pub(super) struct Usage<'a> {
    pub(super) names: &'a Names,
    /// The schema of `input`.
    pub(super) input: Option<&'a Json>,
    /// Whether `secret()` may be called.
    pub(super) has_secrets: bool,
}

impl Usage<'_> {
    /// Checks all expressions of a template whose value stands at `node`.
    pub(super) fn template(&self, report: &mut Report<'_>, node: &Node, template: &Template) {
        for (pointer, reference) in template.references() {
            self.reference(report, node.at(&pointer), reference);
        }
    }

    /// Checks one use of a name in the text at `node`.
    pub(super) fn reference(&self, report: &mut Report<'_>, node: &Node, found: &Reference) {
        let fields = |names: &[&str]| {
            let properties: serde_json::Map<String, Json> =
                names.iter().map(|name| ((*name).to_owned(), Json::Bool(true))).collect();
            serde_json::json!({"properties": properties, "additionalProperties": false})
        };
        match found.root.as_str() {
            "secret" if !self.has_secrets => {
                let span = report.place(node, found.offset);
                report
                    .error("secret_not_allowed", span, "secret() cannot be used here")
                    .hint("secrets open only in the config of handlers that reach outside, such as `http`");
            }
            "input" => {
                if let Some(schema) = self.input {
                    follow(report, node, (found, "input", &found.path), schema);
                }
            }
            "trigger" => {
                let first = &found.path[..found.path.len().min(1)];
                follow(report, node, (found, "trigger", first), &fields(&TRIGGER_FIELDS));
            }
            "execution" => {
                follow(report, node, (found, "execution", &found.path), &fields(&EXECUTION_FIELDS));
            }
            "steps" => self.step(report, node, found),
            _ => {}
        }
    }

    fn step(&self, report: &mut Report<'_>, node: &Node, found: &Reference) {
        let Some((name, rest)) = found.path.split_first() else { return };
        if let Some(index) = self.names.get(name) {
            if let Some(schema) = self.names.output(index) {
                follow(report, node, (found, &format!("steps.{name}"), rest), schema);
            }
            return;
        }
        let span = report.place(node, found.offset);
        // `steps.my-step` is a subtraction.
        let dashed = format!("{name}-");
        let whole =
            self.names.list.iter().map(|(name, _)| name).find(|listener| listener.starts_with(&dashed));
        let hint = match whole {
            Some(whole) => format!("a name with a dash stands in brackets: steps[\"{whole}\"]"),
            None => self.names.suggestion(name),
        };
        report.error("unknown_step", span, format!("there is no listener `{name}`")).hint(hint);
    }
}

/// Walks the fields of a reference along a schema as far as the schema says what there is.
fn follow(
    report: &mut Report<'_>,
    node: &Node,
    (found, prefix, path): (&Reference, &str, &[String]),
    schema: &Json,
) {
    let Some((field, rest)) = path.split_first() else { return };
    if let Some(items) = schema.get("items").filter(|_| field.parse::<i64>().is_ok()) {
        return follow(report, node, (found, &format!("{prefix}.{field}"), rest), items);
    }
    let Some(properties) = schema.get("properties").and_then(Json::as_object) else { return };
    if let Some(next) = properties.get(field) {
        return follow(report, node, (found, &format!("{prefix}.{field}"), rest), next);
    }
    let is_open = ["$ref", "allOf", "anyOf", "oneOf", "if", "patternProperties"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    if is_open {
        return;
    }
    let is_closed = schema.get("additionalProperties") == Some(&Json::Bool(false));
    let span = report.place(node, found.offset);
    let message = format!("{prefix} has no field `{field}`");
    let hint = match closest(field, properties.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has: {}", listing(properties.keys().map(String::as_str))),
    };
    if is_closed && !found.is_guarded {
        report.error("unknown_field", span, message).hint(hint);
    } else if !found.is_guarded {
        report.warning("unknown_field", span, message).hint(hint);
    }
}
