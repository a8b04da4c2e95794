//! YAML as JSON, as much of it as a compose file needs.

use anyhow::{Context, Result, anyhow};
use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

/// Reads one document; every scalar becomes a string. Anchors and aliases are refused.
///
/// # Errors
/// When the text is not YAML, with the parser's line and column.
pub(super) fn parse(text: &str) -> Result<Value> {
    let mut events = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| anyhow!("{error}"))?;
        if !matches!(
            event,
            Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Nothing
        ) {
            events.push(event);
        }
    }
    node(&mut events.into_iter())
}

fn node<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Result<Value> {
    let event = events.next().context("the document ends too early")?;
    value(event, events)
}

fn value<'a>(event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Result<Value> {
    match event {
        Event::Scalar(text, ..) => Ok(Value::String(text.into_owned())),
        Event::SequenceStart(..) => sequence(events),
        Event::MappingStart(..) => mapping(events),
        other => Err(anyhow!("{other:?} is not used in these files")),
    }
}

fn sequence<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Result<Value> {
    let mut items = Vec::new();
    loop {
        match events.next().context("a list does not end")? {
            Event::SequenceEnd => return Ok(Value::Array(items)),
            event => items.push(value(event, events)?),
        }
    }
}

fn mapping<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Result<Value> {
    let mut entries = Map::new();
    loop {
        match events.next().context("a mapping does not end")? {
            Event::MappingEnd => return Ok(Value::Object(entries)),
            Event::Scalar(key, ..) => entries.insert(key.into_owned(), node(events)?),
            other => return Err(anyhow!("{other:?} cannot be a key here")),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_mappings_become_json() {
        let value = parse("a: [1, two]\nb:\n  c: |\n    text\n").unwrap();
        assert_eq!(value, serde_json::json!({"a": ["1", "two"], "b": {"c": "text\n"}}));
    }

    #[test]
    fn what_is_not_yaml_is_refused() {
        assert!(parse("a: [1").is_err());
        assert!(parse("").is_err());
    }
}
