use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::operation::{Operation, not_null};
use super::{example, resolve, word};

/// The command that does an operation; a script puts the address of the page's own server into it.
pub(super) fn line(operation: &Operation<'_>, document: &Value) -> String {
    let mut text = String::from("curl -s");
    if operation.method != "get" {
        let _ = write!(text, " -X {}", operation.method.to_uppercase());
    }
    let _ = write!(text, " \"http://127.0.0.1:8000{}\"", variables(operation.path));
    if operation.value["security"].is_array() {
        text.push_str(" \\\n  -H \"authorization: Bearer $BLOX_TOKEN\"");
    }
    for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "header" && parameter["required"] == true {
            let _ = write!(text, " \\\n  -H \"{}: …\"", word(&parameter["name"]));
        }
    }
    if let Some(media) = operation.value["requestBody"]["content"].get("application/json") {
        let body = body(document, media);
        let _ = write!(
            text,
            " \\\n  -H 'content-type: application/json' \\\n  -d '{}'",
            body.replace('\'', "'\\''")
        );
    }
    text
}

/// The example of the body: its own, else what must be in it.
fn body(document: &Value, media: &Value) -> String {
    let own = media.get("example").cloned();
    let made = || {
        let schema = resolve(document, not_null(&media["schema"]));
        let whole = example::of(document, schema);
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        match whole {
            Value::Object(fields) if !required.is_empty() => {
                let needed = fields.into_iter().filter(|(name, _)| required.iter().any(|it| it == name));
                Value::Object(needed.collect::<Map<_, _>>())
            }
            whole => whole,
        }
    };
    own.unwrap_or_else(made).to_string()
}

/// `{flowId}` as `$FLOW_ID`.
fn variables(path: &str) -> String {
    let parts =
        path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => name.chars().fold(String::from("$"), |mut text, letter| {
                if letter.is_uppercase() {
                    text.push('_');
                }
                text.extend(letter.to_uppercase());
                text
            }),
            None => part.to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path_become_variables_of_the_shell() {
        assert_eq!(variables("/flows/{flowId}/secrets/{name}"), "/flows/$FLOW_ID/secrets/$NAME");
    }
}
