use serde_json::Value as Json;

use super::scalar::is_plain_text;
use crate::convert::fault::Fault;
use crate::convert::format::Format;
use crate::convert::limits::Output;

/// The longest name of a field: YAML 1.2.2 section 7.4.2 ends implicit keys at 1,024 characters, quotes included.
const MAX_NAME_CHARACTERS: usize = 1_000;

/// Writes a document in block style; a text that could be taken for anything else stands in double quotes.
pub(in crate::convert) fn write(value: &Json) -> Result<String, Fault> {
    let mut output = Output::new();
    node(&mut output, value, 0)?;
    output.push("\n")?;
    Ok(output.into_text())
}

/// A value whose first line has begun; further lines are indented by `level`.
fn node(output: &mut Output, value: &Json, level: usize) -> Result<(), Fault> {
    match value {
        Json::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    output.line(level)?;
                }
                output.push("- ")?;
                node(output, item, level + 1)?;
            }
            Ok(())
        }
        Json::Object(fields) if !fields.is_empty() => {
            for (index, (name, field)) in fields.iter().enumerate() {
                if index > 0 {
                    output.line(level)?;
                }
                output.push(&checked_name(name)?)?;
                output.push(":")?;
                if is_block(field) {
                    output.line(level + 1)?;
                } else {
                    output.push(" ")?;
                }
                node(output, field, level + 1)?;
            }
            Ok(())
        }
        Json::String(text) => output.push(&quoted(text)),
        // Null, booleans, numbers, [] and {} are written as in JSON.
        other => output.push(&other.to_string()),
    }
}

fn is_block(value: &Json) -> bool {
    match value {
        Json::Array(items) => !items.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
        _ => false,
    }
}

fn checked_name(name: &str) -> Result<String, Fault> {
    let written = quoted(name);
    if written.chars().count() > MAX_NAME_CHARACTERS {
        let problem = format!("the name of a field is longer than {MAX_NAME_CHARACTERS} characters");
        return Err(Fault::Unwritable { format: Format::Yaml, problem });
    }
    Ok(written)
}

/// The text, in JSON's quotes where it needs them: YAML's double-quoted style reads all of JSON's escapes.
fn quoted(text: &str) -> String {
    if is_plain_text(text) {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len() + 2);
    for character in Json::from(text).to_string().chars() {
        // Printable in JSON, but not in YAML 1.2.2 section 5.1, or a line end to older readers.
        if matches!(
            character,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        ) {
            written.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            written.push(character);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::yaml::read;
    use serde_json::json;

    #[test]
    fn a_document_is_written_in_block_style() {
        let value = json!({
            "name": "tea", "country": "no", "tags": ["a", "1", [], {"b": 1, "c": [true]}, ["x", "z"]], "none": {},
        });
        let text = write(&value).unwrap();
        assert_eq!(
            text,
            "name: tea\ncountry: \"no\"\ntags:\n  - a\n  - \"1\"\n  - []\n  - b: 1\n    c:\n      - true\n  - - x\n    - z\nnone: {}\n"
        );
        assert_eq!(read(&text), Ok(value));
    }

    #[test]
    fn characters_that_yaml_does_not_print_are_escaped() {
        let value = json!("a\u{85}\u{2028}\u{feff}\t\u{0}\u{1f600}\"");
        let text = write(&value).unwrap();
        assert_eq!(text, "\"a\\u0085\\u2028\\ufeff\\t\\u0000\u{1f600}\\\"\"\n");
        assert_eq!(read(&text), Ok(value));
    }

    #[test]
    fn a_name_longer_than_yaml_reads_is_refused() {
        assert!(write(&json!({"x".repeat(1_000): 1})).is_ok());
        assert!(matches!(write(&json!({"x".repeat(1_001): 1})), Err(Fault::Unwritable { .. })));
    }
}
