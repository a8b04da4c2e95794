use std::fmt::Write as _;

use serde_json::Value;

use super::html::prose;
use super::{resolve, word};
use door::escape;

/// All named schemas, each at its anchor.
pub(super) fn render_all(page: &mut String, document: &Value) {
    page.push_str("<section><h2 id=\"schemas\">Schemas</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let name = escape(name);
        let _ = write!(
            page,
            "<article id=\"schema-{name}\"><h3><a class=\"anchor\" href=\"#schema-{name}\">{name}</a></h3>\
             <p>{} <span class=\"quiet\">{}</span></p>",
            prose(word(&schema["description"])),
            type_of(document, schema)
        );
        render_fields(page, document, schema);
        page.push_str("</article>");
    }
    page.push_str("</section>");
}

/// The fields of an object, those of its parts first.
pub(super) fn render_fields(page: &mut String, document: &Value, schema: &Value) {
    let schema = resolve(document, schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        render_fields(page, document, part);
    }
    let Some(fields) = schema["properties"].as_object() else { return };
    page.push_str("<table><tbody>");
    for (name, field) in fields {
        let is_required =
            schema["required"].as_array().is_some_and(|required| required.iter().any(|it| it == name));
        let about = description(field);
        let _ = write!(
            page,
            "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>",
            escape(name),
            mark(is_required),
            type_of(document, field),
            remarks(field, about),
        );
    }
    page.push_str("</tbody></table>");
}

/// What a value may be, in words, with links to named schemas.
pub(super) fn type_of(document: &Value, schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["allOf"].as_array()) {
        let between = if schema["oneOf"].is_array() { " or " } else { " and " };
        return choices.iter().map(|choice| type_of(document, choice)).collect::<Vec<_>>().join(between);
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> =
            values.iter().map(|value| format!("<code>{}</code>", escape(word(value)))).collect();
        return values.join(", ");
    }
    match &schema["type"] {
        Value::String(name) => named(document, schema, name),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().map(|name| named(document, schema, word(name))).collect();
            names.join(" or ")
        }
        _ => "any JSON".to_owned(),
    }
}

fn named(document: &Value, schema: &Value, name: &str) -> String {
    match (name, schema["format"].as_str()) {
        ("array", _) => format!("list of {}", type_of(document, &schema["items"])),
        ("string", Some(format)) => format!("string, {}", escape(format)),
        (name, _) => escape(name),
    }
}

/// What a field says of itself; a nullable reference carries it inside.
fn description(field: &Value) -> &str {
    let inner = || {
        field["oneOf"].as_array().and_then(|choices| choices.iter().find_map(|it| it["description"].as_str()))
    };
    field["description"].as_str().or_else(inner).unwrap_or_default()
}

/// The star of what must be there.
pub(super) fn mark(is_required: bool) -> &'static str {
    if is_required { "<span class=\"required\" title=\"always there\">*</span>" } else { "" }
}

/// The description with the limits.
pub(super) fn remarks(schema: &Value, description: &str) -> String {
    let mut text = format!(" <span class=\"about\">{}</span>", prose(description));
    let limits = [
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minimum", "from {}"),
        ("maximum", "to {}"),
        ("minItems", "at least {}"),
        ("maxItems", "at most {}"),
        ("default", "default {}"),
    ];
    let said: Vec<String> = limits
        .into_iter()
        .filter(|(key, _)| !schema[*key].is_null())
        // Every count begins there.
        .filter(|(key, _)| *key != "minimum" || schema[*key] != 0)
        .map(|(key, phrase)| phrase.replace("{}", &schema[key].to_string()))
        .collect();
    if !said.is_empty() {
        let _ = write!(text, " <span class=\"limits\">{}</span>", escape(&said.join(", ")));
    }
    text
}
