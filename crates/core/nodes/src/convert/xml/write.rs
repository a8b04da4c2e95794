use serde_json::{Map, Value as Json};

use super::name::{is_allowed, is_name};
use crate::convert::fault::Fault;
use crate::convert::format::Format;
use crate::convert::limits::{Output, kind_of};

/// What the document looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::convert) struct Style<'a> {
    /// The root element around the value; without it, an object of one field is the document itself.
    pub(in crate::convert) root: Option<&'a str>,
    /// A line for each element.
    pub(in crate::convert) is_pretty: bool,
}

/// The root where none is given and the value has not the form of a document.
const DEFAULT_ROOT: &str = "data";
/// What an item of a list is called where no name stands over it.
const ITEM: &str = "item";

/// Writes a document: `@name` fields are attributes, `#text` is text, a list repeats its tag.
pub(in crate::convert) fn write(value: &Json, style: Style<'_>) -> Result<String, Fault> {
    let mut writer = Writer { output: Output::new(), is_pretty: style.is_pretty };
    writer.output.push("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let (name, content) = document(value, style.root);
    writer.new_line(0)?;
    writer.element(name, content, 0)?;
    Ok(writer.output.into_text())
}

fn document<'a>(value: &'a Json, root: Option<&'a str>) -> (&'a str, &'a Json) {
    if let (None, Json::Object(fields)) = (root, value)
        && let (1, Some((name, content))) = (fields.len(), fields.iter().next())
        && !content.is_array()
        && !name.starts_with(['@', '#'])
    {
        return (name, content);
    }
    (root.unwrap_or(DEFAULT_ROOT), value)
}

struct Writer {
    output: Output,
    is_pretty: bool,
}

impl Writer {
    /// A field: a list is one element an item.
    fn field(&mut self, name: &str, value: &Json, level: usize) -> Result<(), Fault> {
        match value {
            Json::Array(items) => items.iter().try_for_each(|item| {
                self.new_line(level)?;
                self.element(name, item, level)
            }),
            other => {
                self.new_line(level)?;
                self.element(name, other, level)
            }
        }
    }

    fn element(&mut self, name: &str, value: &Json, level: usize) -> Result<(), Fault> {
        check_name(name)?;
        self.output.push("<")?;
        self.output.push(name)?;
        match value {
            Json::Null => self.output.push("/>"),
            Json::Object(fields) => self.object(name, fields, level),
            Json::Array(items) if items.is_empty() => self.output.push("/>"),
            Json::Array(_) => {
                self.output.push(">")?;
                self.field(ITEM, value, level + 1)?;
                self.new_line(level)?;
                self.end(name)
            }
            scalar => {
                self.output.push(">")?;
                self.text(&text_of(scalar), false)?;
                self.end(name)
            }
        }
    }

    fn object(&mut self, name: &str, fields: &Map<String, Json>, level: usize) -> Result<(), Fault> {
        for (key, value) in fields {
            if let Some(attribute) = key.strip_prefix('@') {
                self.attribute(attribute, value)?;
            }
        }
        let text = fields.get("#text");
        let children = || fields.iter().filter(|(key, _)| !key.starts_with('@') && *key != "#text");
        if text.is_none() && children().next().is_none() {
            return self.output.push("/>");
        }
        self.output.push(">")?;
        if let Some(text) = text {
            self.text(scalar("#text", text)?.as_str(), false)?;
        }
        for (key, value) in children() {
            self.field(key, value, level + 1)?;
        }
        // A new line before the end would become part of the text.
        if children().next().is_some() {
            self.new_line(level)?;
        }
        self.end(name)
    }

    fn attribute(&mut self, name: &str, value: &Json) -> Result<(), Fault> {
        check_name(name)?;
        let text = scalar(name, value)?;
        self.output.push(" ")?;
        self.output.push(name)?;
        self.output.push("=\"")?;
        self.text(&text, true)?;
        self.output.push("\"")
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        self.output.push("</")?;
        self.output.push(name)?;
        self.output.push(">")
    }

    fn new_line(&mut self, level: usize) -> Result<(), Fault> {
        if self.is_pretty { self.output.line(level) } else { Ok(()) }
    }

    /// Escaped text; line ends that a reader would turn into something else are written as references.
    fn text(&mut self, text: &str, is_attribute: bool) -> Result<(), Fault> {
        for character in text.chars() {
            match character {
                '<' => self.output.push("&lt;")?,
                '>' => self.output.push("&gt;")?,
                '&' => self.output.push("&amp;")?,
                '"' if is_attribute => self.output.push("&quot;")?,
                '\r' => self.output.push("&#13;")?,
                '\n' if is_attribute => self.output.push("&#10;")?,
                '\t' if is_attribute => self.output.push("&#9;")?,
                other if is_allowed(other) => self.output.push(other.encode_utf8(&mut [0; 4]))?,
                other => {
                    let code = u32::from(other);
                    return Err(unwritable(format!("the character U+{code:04X} is not allowed in XML")));
                }
            }
        }
        Ok(())
    }
}

fn scalar(name: &str, value: &Json) -> Result<String, Fault> {
    match value {
        Json::Array(_) | Json::Object(_) => {
            Err(unwritable(format!("`{name}` is {}, but attributes and text hold one value", kind_of(value))))
        }
        other => Ok(text_of(other)),
    }
}

fn text_of(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn check_name(name: &str) -> Result<(), Fault> {
    if is_name(name) {
        return Ok(());
    }
    Err(unwritable(format!(
        "`{name}` cannot name a tag or an attribute; begin with a letter, without blanks"
    )))
}

fn unwritable(problem: String) -> Fault {
    Fault::Unwritable { format: Format::Xml, problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::xml::read;
    use serde_json::json;

    const PLAIN: Style<'static> = Style { root: None, is_pretty: false };
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    fn written(value: &Json) -> String {
        write(value, PLAIN).unwrap().replace(HEAD, "")
    }

    #[test]
    fn fields_attributes_and_lists_become_elements() {
        let order = json!({"order": {"@id": 7, "item": ["a<b", {"@n": "\"2\"\n", "#text": "x"}], "gift": true, "note": null}});
        assert_eq!(
            written(&order),
            "<order id=\"7\"><item>a&lt;b</item><item n=\"&quot;2&quot;&#10;\">x</item><gift>true</gift><note/></order>"
        );
    }

    #[test]
    fn what_is_not_a_document_gets_a_root() {
        assert_eq!(written(&json!({"a": 1, "b": 2})), "<data><a>1</a><b>2</b></data>");
        assert_eq!(written(&json!([1, [2]])), "<data><item>1</item><item><item>2</item></item></data>");
        assert_eq!(written(&json!({"a": [1, 2]})), "<data><a>1</a><a>2</a></data>");
        assert_eq!(written(&json!("x")), "<data>x</data>");
        let rooted = write(&json!({"a": 1}), Style { root: Some("r"), is_pretty: false }).unwrap();
        assert_eq!(rooted.replace(HEAD, ""), "<r><a>1</a></r>");
    }

    #[test]
    fn pretty_text_has_a_line_for_each_element_and_reads_back() {
        let value = json!({"a": {"b": ["1", "2"], "c": {"d": "x"}}});
        let text = write(&value, Style { root: None, is_pretty: true }).unwrap();
        assert_eq!(text, format!("{HEAD}\n<a>\n  <b>1</b>\n  <b>2</b>\n  <c>\n    <d>x</d>\n  </c>\n</a>"));
        assert_eq!(read(&text), Ok(value));
    }

    #[test]
    fn what_xml_cannot_say_is_refused() {
        for value in [
            json!({"a b": 1}),
            json!({"a": {"@x": [1]}}),
            json!({"a": {"#text": {}}}),
            json!({"a": "\u{1}"}),
            json!({"a": {"@": 1}}),
        ] {
            assert!(matches!(write(&value, PLAIN), Err(Fault::Unwritable { .. })), "{value}");
        }
        assert!(write(&json!(1), Style { root: Some("1"), is_pretty: false }).is_err());
    }

    #[test]
    fn a_long_name_over_many_items_is_refused() {
        let value = json!({"x".repeat(10_000): vec![0; 1_000]});
        assert_eq!(write(&value, PLAIN), Err(Fault::ResultTooLarge));
    }
}
