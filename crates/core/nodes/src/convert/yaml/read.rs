use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use serde_json::{Map, Value as Json};

use super::scalar::resolve;
use crate::convert::fault::Fault;
use crate::convert::format::Format;
use crate::convert::limits::MAX_DEPTH;

/// Reads one document; an empty text is null. Names of fields are texts, whatever they look like.
pub(in crate::convert) fn read(text: &str) -> Result<Json, Fault> {
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    let mut document = Document { open: Vec::new(), root: None };
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| unscannable(&error))?;
        document.take(event, span)?;
    }
    Ok(document.root.unwrap_or(Json::Null))
}

struct Document {
    open: Vec<Open>,
    root: Option<Json>,
}

/// A list or an object whose end has not come.
enum Open {
    List(Vec<Json>),
    Object { fields: Map<String, Json>, name: Option<String> },
}

impl Document {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(fault(span, "a second document; one is read, split the text at `---`".to_owned()))
            }
            Event::Alias(_) => {
                Err(fault(span, "aliases (`*name`) are not read; write the value out".to_owned()))
            }
            Event::Scalar(text, style, _, tag) => {
                // A name stays text even where it looks like a number: JSON names are texts.
                let value = if self.wants_name() {
                    Json::from(text.into_owned())
                } else {
                    value_of(&text, style, tag.as_deref()).map_err(|problem| fault(span, problem))?
                };
                self.add(value, span)
            }
            Event::SequenceStart(_, tag) => self.start(Open::List(Vec::new()), tag.as_deref(), span),
            Event::MappingStart(_, tag) => {
                self.start(Open::Object { fields: Map::new(), name: None }, tag.as_deref(), span)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items)) => self.add(Json::Array(items), span),
                Some(Open::Object { fields, .. }) => self.add(Json::Object(fields), span),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn wants_name(&self) -> bool {
        matches!(self.open.last(), Some(Open::Object { name: None, .. }))
    }

    fn start(&mut self, open: Open, tag: Option<&Tag>, span: Span) -> Result<(), Fault> {
        if self.wants_name() {
            return Err(fault(span, "a list or an object cannot name a field".to_owned()));
        }
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            return Err(fault(span, format!("the tag `{tag}` is not read; remove it")));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, value: Json, span: Span) -> Result<(), Fault> {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Object { fields, name }) => match (name.take(), value) {
                (Some(name), value) => {
                    fields.insert(name, value);
                }
                (None, Json::String(text)) if fields.contains_key(&text) => {
                    return Err(fault(span, format!("the field `{text}` stands twice")));
                }
                (None, Json::String(text)) => *name = Some(text),
                // `start` and `take` let nothing but a text come here.
                (None, _) => return Err(fault(span, "only a text can name a field".to_owned())),
            },
        }
        Ok(())
    }
}

fn value_of(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Json, String> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => return Ok(Json::from(text)),
        Some(tag) if !tag.is_yaml_core_schema() => {
            return Err(format!("the tag `{tag}` is not read; remove it"));
        }
        None if style != ScalarStyle::Plain => return Ok(Json::from(text)),
        _ => {}
    }
    resolve(text)
        .ok_or_else(|| format!("`{text}` has no JSON form; write a number, a text in quotes, or null"))
}

fn fault(span: Span, problem: String) -> Fault {
    Fault::Unreadable { format: Format::Yaml, line: span.start.line(), column: span.start.col() + 1, problem }
}

fn unscannable(error: &ScanError) -> Fault {
    let (line, column) = (error.marker().line(), error.marker().col() + 1);
    Fault::Unreadable { format: Format::Yaml, line, column, problem: error.info().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn a_document_is_read() {
        let text = "name: tea\ncountry: no\nprice: 1.50\ntags: [a, \"1\", !!str 2]\nnote: |\n  two\n  lines\n1: one\nempty:\n";
        let expected = json!({
            "name": "tea", "country": "no", "price": 1.5, "tags": ["a", "1", "2"], "note": "two\nlines\n",
            "1": "one", "empty": null,
        });
        assert_eq!(read(text), Ok(expected));
        assert_eq!(read(""), Ok(json!(null)));
        assert_eq!(read("# only a comment\n"), Ok(json!(null)));
    }

    #[test]
    fn nothing_expands() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assert_eq!(
            fault(bomb),
            "YAML, line 2, column 8: aliases (`*name`) are not read; write the value out"
        );
    }

    #[test]
    fn what_has_no_place_in_json_is_refused() {
        for text in [
            "a: 1\na: 2\n",
            "[a]: 1\n",
            "{a: b}: c",
            "a: .inf",
            "a: !thing x",
            "a: !thing [x]",
            "a: 1\n---\nb: 2\n",
        ] {
            assert!(matches!(read(text), Err(Fault::Unreadable { .. })), "{text}: {:?}", read(text));
        }
        assert_eq!(fault("a: 1\na: 2\n"), "YAML, line 2, column 1: the field `a` stands twice");
        assert!(fault("a: [1").starts_with("YAML, line "));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(Fault::TooDeep));
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
