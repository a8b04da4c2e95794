//! `convert`: JSON, XML, CSV and YAML into one another.

mod csv;
mod fault;
mod format;
mod json;
mod limits;
#[cfg(test)]
mod properties;
mod schema;
mod xml;
mod yaml;

use std::borrow::Cow;

use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Outcome, TurnHandler};
pub use fault::Fault;
pub use format::Format;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{Error, config};

/// `convert`: a text or value in another format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Convert;

#[derive(Debug, Deserialize)]
struct Config {
    from: Format,
    to: Format,
    #[serde(default, deserialize_with = "config::present")]
    value: Option<Json>,
    #[serde(default = "comma")]
    delimiter: String,
    #[serde(default = "yes")]
    headers: bool,
    root: Option<String>,
    #[serde(default)]
    pretty: bool,
}

impl TurnHandler for Convert {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    fn run(&self, config: Json, input: &Payload) -> Outcome {
        match convert(config, input.json()) {
            Ok(output) => Answer::new(output).into(),
            Err(error) => error.into(),
        }
    }
}

/// To JSON, the value itself goes on; to the others, `{text}`.
fn convert(config: Json, input: &Json) -> Result<Json, Error> {
    let mut config: Config = config::read(config)?;
    let source = config.value.take().map_or_else(|| Cow::Borrowed(source(input)), Cow::Owned);
    let layout = layout(&config)?;
    let value = read(&source, config.from, layout)?;
    limits::check_depth(&value)?;
    let text = match config.to {
        Format::Json => return Ok(value.into_owned()),
        Format::Xml => {
            let style = xml::Style { root: config.root.as_deref(), is_pretty: config.pretty };
            xml::write(&value, style)?
        }
        Format::Csv => csv::write(&value, layout)?,
        Format::Yaml => yaml::write(&value)?,
    };
    Ok(json!({ "text": text }))
}

/// What the input brings: its `text` or its `value` where that is all it has, else the whole of it.
fn source(input: &Json) -> &Json {
    match input.as_object().map(|fields| (fields.len(), fields.get("text").or_else(|| fields.get("value")))) {
        Some((1, Some(only))) => only,
        _ => input,
    }
}

fn read(source: &Json, from: Format, layout: csv::Layout) -> Result<Cow<'_, Json>, Fault> {
    let Json::String(text) = source else {
        return match from {
            // JSON that has been read already.
            Format::Json => Ok(Cow::Borrowed(source)),
            other => Err(Fault::TextWanted(other, limits::kind_of(source))),
        };
    };
    limits::check_length(text)?;
    let value = match from {
        Format::Json => json::read(text),
        Format::Xml => xml::read(text),
        Format::Csv => csv::read(text, layout),
        Format::Yaml => yaml::read(text),
    };
    value.map(Cow::Owned)
}

fn layout(config: &Config) -> Result<csv::Layout, Error> {
    let delimiter = csv::delimiter(&config.delimiter).ok_or_else(|| {
        Error::Config(format!("`delimiter` is `{}`; write one ASCII character or `tab`", config.delimiter))
    })?;
    Ok(csv::Layout { delimiter, headers: config.headers })
}

fn comma() -> String {
    ",".to_owned()
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_the_value_itself_and_values_become_text() {
        let to_json = json!({"from": "xml", "to": "json"});
        assert_eq!(convert(to_json.clone(), &json!({"text": "<a>1</a>"})).unwrap(), json!({"a": "1"}));
        assert_eq!(convert(to_json, &json!("<a>1</a>")).unwrap(), json!({"a": "1"}));
        let to_yaml = json!({"from": "json", "to": "yaml"});
        assert_eq!(
            convert(to_yaml.clone(), &json!({"a": 1, "b": 2})).unwrap(),
            json!({"text": "a: 1\nb: 2\n"})
        );
        assert_eq!(convert(to_yaml, &json!("{\"a\": 1}")).unwrap(), json!({"text": "a: 1\n"}));
    }

    #[test]
    fn a_configured_value_wins_over_the_input() {
        let config = json!({"from": "csv", "to": "json", "value": "a;b\n1;2\n", "delimiter": ";"});
        assert_eq!(convert(config, &json!({"text": "x"})).unwrap(), json!([{"a": "1", "b": "2"}]));
    }

    #[test]
    fn every_format_leads_to_every_other() {
        let formats = ["json", "xml", "csv", "yaml"];
        let rows = json!([{"name": "Ada", "town": "London"}, {"name": "Alan", "town": "Wilmslow"}]);
        for middle in formats {
            let there = convert(json!({"from": "json", "to": middle, "value": rows}), &Json::Null).unwrap();
            let source = if middle == "json" { there } else { there["text"].clone() };
            for target in formats {
                let config = json!({"from": middle, "to": target, "value": source});
                assert!(convert(config, &Json::Null).is_ok(), "{middle} to {target}");
            }
        }
    }

    #[test]
    fn a_value_where_text_is_needed_is_refused() {
        let error = convert(json!({"from": "xml", "to": "json"}), &json!({"a": 1})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "XML is read from text, but there is an object; give the text in `config.value` or as `text`"
        );
    }

    #[test]
    fn a_bad_configuration_is_named() {
        let message = |config| convert(config, &Json::Null).unwrap_err().to_string();
        assert!(message(json!({"from": "toml", "to": "json"})).contains("toml"));
        assert!(
            message(json!({"from": "csv", "to": "json", "delimiter": "ab"})).contains("`delimiter` is `ab`")
        );
    }

    #[test]
    fn a_value_too_deep_is_refused_before_it_is_written() {
        let deep = (0..=limits::MAX_DEPTH).fold(Json::Null, |inner, _| json!([inner]));
        let config = json!({"from": "json", "to": "yaml", "value": deep});
        assert!(matches!(convert(config, &Json::Null), Err(Error::Conversion(Fault::TooDeep))));
    }
}
