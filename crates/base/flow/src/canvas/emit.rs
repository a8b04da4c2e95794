//! JSON as YAML text.

use serde_json::{Map, Value as Json, json};

use crate::organism::yaml;

/// The value on one line, as it may stand inside `{}` and `[]`.
pub(super) fn flow(value: &Json) -> String {
    match value {
        Json::String(text) => scalar(text),
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What stands behind `key:` of a block map whose keys begin at column `indent`; with the space or line break before.
pub(super) fn behind_key(value: &Json, indent: usize) -> String {
    match value {
        Json::String(text) => match literal(text, indent + 2) {
            Some(block) => format!(" {block}"),
            None => format!(" {}", scalar(text)),
        },
        Json::Object(entries) if !entries.is_empty() => {
            let inner = " ".repeat(indent + 2);
            format!("\n{inner}{}", map(entries, indent + 2))
        }
        Json::Array(items) if items.iter().any(Json::is_object) => {
            let inner = " ".repeat(indent + 2);
            items.iter().map(|item| format!("\n{inner}- {}", item_text(item, indent + 4))).collect()
        }
        other => format!(" {}", flow(other)),
    }
}

/// The entries of a block map whose first key is already in its place at column `indent`.
pub(super) fn map(entries: &Map<String, Json>, indent: usize) -> String {
    let lines = entries.iter().map(|(key, value)| format!("{}:{}", scalar(key), behind_key(value, indent)));
    lines.collect::<Vec<_>>().join(&format!("\n{}", " ".repeat(indent)))
}

fn item_text(item: &Json, indent: usize) -> String {
    match item {
        Json::Object(entries) if !entries.is_empty() => map(entries, indent),
        other => flow(other),
    }
}

/// A text of several lines as a literal block whose lines begin at column `indent`.
fn literal(text: &str, indent: usize) -> Option<String> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_plain = text.contains('\n')
        && !body.is_empty()
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && !text.chars().any(|letter| letter.is_control() && letter != '\n');
    if !is_plain {
        return None;
    }
    let header = if text.ends_with('\n') { "|" } else { "|-" };
    let pad = " ".repeat(indent);
    let lines =
        body.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") });
    Some(format!("{header}\n{}", lines.collect::<Vec<_>>().join("\n")))
}

/// A text without quotes where it reads back as itself, else in double quotes as JSON writes it.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains([',', '[', ']', '{', '}'])
        && !text.chars().any(char::is_control)
        && reads_back(text);
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// Whether the bare text is itself everywhere it may be put: alone, in a list, as a key and as a value.
fn reads_back(text: &str) -> bool {
    let everywhere = format!("[{text}, {{{text}: {text}}}]");
    let is_alone = yaml::parse(text).is_ok_and(|node| node.text() == Some(text));
    is_alone && yaml::parse(&everywhere).is_ok_and(|node| node.to_json() == json!([text, {text: text}]))
}

fn quoted(text: &str) -> String {
    // JSON is YAML but for a few characters that YAML wants escaped.
    let json = Json::from(text).to_string();
    json.chars()
        .map(|letter| match letter {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                format!("\\u{:04x}", u32::from(letter))
            }
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(text: &str) -> Json {
        yaml::parse(text).unwrap_or_else(|fault| panic!("{fault:?}: {text}")).to_json()
    }

    #[test]
    fn texts_that_would_read_as_something_else_are_quoted() {
        for text in [
            "true", "null", "12", "1.5", "", " a", "a: b", "a #b", "- a", "{{ x }}", "*a", "a,b", "a\nb", "~",
        ] {
            assert_eq!(scalar(text).chars().next(), Some('"'), "{text}");
        }
        assert_eq!(scalar("plain words, no"), "\"plain words, no\"");
        assert_eq!(scalar("plain words"), "plain words");
    }

    #[test]
    fn several_lines_become_a_literal_block() {
        assert_eq!(behind_key(&json!("one\n\ntwo\n"), 0), " |\n  one\n\n  two");
        assert_eq!(behind_key(&json!("one\ntwo"), 2), " |-\n    one\n    two");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in values()) {
            prop_assert_eq!(back(&format!("[{}]", flow(&value))), json!([&value]));
            let block = format!("k:{}\nz: 1\n", behind_key(&value, 0));
            prop_assert_eq!(back(&block), json!({"k": value, "z": 1}), "{}", block);
        }
    }

    fn values() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            r#"[a-c \n:#\-'"{}\[\],&*!|>%@~é.0-9\\\t]{0,14}"#.prop_map(Json::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::vec(("[a-z :]{1,5}", inner), 0..4)
                    .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            ]
        })
    }
}
