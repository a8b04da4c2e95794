use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value as Json};

use super::name::{is_allowed, is_name};
use crate::convert::fault::Fault;
use crate::convert::format::Format;
use crate::convert::limits::{MAX_DEPTH, place};

/// Reads a document into `{root: ...}`; an element with nothing in it is null, one with text alone is that text.
///
/// There is no document type, so there are no entities but the five of XML itself: nothing is fetched
/// and nothing expands (the attacks that OWASP's XXE page lists need one or the other).
pub(in crate::convert) fn read(text: &str) -> Result<Json, Fault> {
    let mut document = Document { text, open: Vec::new(), root: None };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let shift = text.len() - text.trim_start_matches('\u{feff}').len();
    loop {
        let before = offset(reader.buffer_position()) + shift;
        let event = reader
            .read_event()
            .map_err(|error| document.fault(offset(reader.error_position()) + shift, error.to_string()))?;
        if matches!(event, Event::Eof) {
            return document.finish();
        }
        document.take(event).map_err(|problem| match problem {
            Problem::Deep => Fault::TooDeep,
            Problem::Here(problem) => document.fault(before, problem),
        })?;
    }
}

struct Document<'a> {
    text: &'a str,
    open: Vec<Element>,
    root: Option<(String, Json)>,
}

/// An element whose end has not come.
struct Element {
    name: String,
    fields: Map<String, Json>,
    text: String,
}

enum Problem {
    Deep,
    Here(String),
}

impl<T: Into<String>> From<T> for Problem {
    fn from(text: T) -> Self {
        Self::Here(text.into())
    }
}

impl Document<'_> {
    fn take(&mut self, event: Event<'_>) -> Result<(), Problem> {
        match event {
            Event::Start(start) => self.start(&start),
            Event::Empty(start) => {
                self.start(&start)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.characters(&text.xml10_content()),
            Event::CData(text) if self.open.is_empty() => {
                Err(format!("`{}` outside the root", &*text).into())
            }
            Event::CData(text) => self.characters(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = character_of(&reference)?;
                self.characters(character.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(_) => Err("a document type is not read; remove `<!DOCTYPE ...>`".into()),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Problem> {
        let name = checked_name(start.name().0)?;
        if self.open.is_empty() && self.root.is_some() {
            return Err(format!("a second root, `{name}`; a document has one").into());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::Deep);
        }
        let mut fields = Map::new();
        // The library's own check for repeated names compares all pairs; the map finds them in one pass.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let name = checked_name(attribute.key.0)?;
            let value =
                attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| error.to_string())?;
            check_characters(&value)?;
            if fields.insert(format!("@{name}"), Json::from(value.into_owned())).is_some() {
                return Err(format!("the attribute `{name}` stands twice").into());
            }
        }
        self.open.push(Element { name, fields, text: String::new() });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Problem> {
        // The reader has compared the names of start and end.
        let element = self.open.pop().ok_or_else(|| Problem::from("an end tag without its start"))?;
        let (name, value) = element.close();
        match self.open.last_mut() {
            Some(parent) => parent.add(name, value),
            None => self.root = Some((name, value)),
        }
        Ok(())
    }

    fn characters(&mut self, text: &str) -> Result<(), Problem> {
        check_characters(text)?;
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("text outside the root element".into()),
        }
        Ok(())
    }

    fn finish(self) -> Result<Json, Fault> {
        if let Some(element) = self.open.last() {
            return Err(self.fault(self.text.len(), format!("`<{}>` is never closed", element.name)));
        }
        match self.root {
            Some((name, value)) => Ok(Json::Object(Map::from_iter([(name, value)]))),
            None => Err(self.fault(0, "there is no element in it".to_owned())),
        }
    }

    fn fault(&self, offset: usize, problem: String) -> Fault {
        let (line, column) = place(self.text, offset);
        Fault::Unreadable { format: Format::Xml, line, column, problem }
    }
}

impl Element {
    /// A child; from the second of a name on, they are a list.
    fn add(&mut self, name: String, value: Json) {
        match self.fields.get_mut(&name) {
            None => {
                self.fields.insert(name, value);
            }
            // A child is never a list by itself, so a list is one that stands here already.
            Some(Json::Array(items)) => items.push(value),
            Some(first) => {
                let first_value = first.take();
                *first = Json::Array(vec![first_value, value]);
            }
        }
    }

    fn close(mut self) -> (String, Json) {
        let is_blank = self.text.trim().is_empty();
        if self.fields.is_empty() {
            return (self.name, if is_blank { Json::Null } else { Json::String(self.text) });
        }
        if !is_blank {
            self.fields.insert("#text".to_owned(), Json::from(self.text.trim()));
        }
        (self.name, Json::Object(self.fields))
    }
}

fn character_of(reference: &BytesRef<'_>) -> Result<char, Problem> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character);
    }
    match &**reference {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("unknown entity `&{other};`; only lt, gt, amp, quot and apos are read").into()),
    }
}

fn checked_name(name: &str) -> Result<String, Problem> {
    if is_name(name) { Ok(name.to_owned()) } else { Err(format!("`{name}` is not a name").into()) }
}

fn check_characters(text: &str) -> Result<(), Problem> {
    match text.chars().find(|character| !is_allowed(*character)) {
        Some(character) => Err(format!("the character U+{:04X} is not allowed", u32::from(character)).into()),
        None => Ok(()),
    }
}

/// The reader counts in 64 bits what lies in memory.
fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn elements_attributes_and_repeated_tags_become_json() {
        let text = "<?xml version=\"1.0\"?>\n<!-- x -->\n<order id=\"7\" ns:k='a&amp;b'>\n  <item>Tea &lt;1&gt; &#x41;</item>\n  \
                    <item n=\"2\">Milk</item>\n  <empty/>\n  <note><![CDATA[a < b]]></note>\n</order>\n";
        let order = json!({
            "@id": "7", "@ns:k": "a&b",
            "item": ["Tea <1> A", {"@n": "2", "#text": "Milk"}],
            "empty": null,
            "note": "a < b",
        });
        assert_eq!(read(text), Ok(json!({"order": order})));
    }

    #[test]
    fn text_between_elements_is_gathered_and_blanks_are_dropped() {
        assert_eq!(
            read("<p> one <b>two</b> three </p>"),
            Ok(json!({"p": {"b": "two", "#text": "one  three"}}))
        );
        assert_eq!(read("<list>\n</list>"), Ok(json!({"list": null})));
        assert_eq!(read("<a> x </a>"), Ok(json!({"a": " x "})));
    }

    #[test]
    fn nothing_expands_and_nothing_is_fetched() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
        assert!(fault(bomb).contains("document type is not read"));
        let outside = "<!DOCTYPE a SYSTEM \"http://example.com/a.dtd\"><a/>";
        assert!(fault(outside).contains("document type is not read"));
        assert_eq!(
            fault("<a>\n&y;</a>"),
            "XML, line 2, column 1: unknown entity `&y;`; only lt, gt, amp, quot and apos are read"
        );
        assert!(fault("<a b=\"&y;\"/>").contains("y"));
    }

    #[test]
    fn broken_documents_are_refused() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>text",
            "<1/>",
            "<a b=\"1\" b=\"2\"/>",
            "<a b=1/>",
            "<a>&#0;</a>",
            "<a>&#x1;</a>",
            "<a>\u{1}</a>",
            "<a",
            "<a>&amp</a>",
            "<![CDATA[x]]>",
            "<a b='\u{b}'/>",
        ] {
            assert!(read(text).is_err(), "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(Fault::TooDeep));
    }
}
