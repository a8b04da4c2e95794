use std::ops::Range;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Operation;
use super::stateless::check_stateless;
use crate::{Dialect, Error};

/// The longest names of models are those of files that a server in the house has loaded.
const MOST_NAME_BYTES: usize = 512;

/// What the gateway reads of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    pub(crate) model: String,
    /// Where the model's name stands in the body, quotes included.
    pub(crate) model_at: Range<usize>,
    pub(crate) is_streamed: bool,
    /// Where `stream_options` stands in the body, and whether it asks for the usage.
    pub(crate) stream_options: Option<(Range<usize>, bool)>,
    /// Where a response's `store` stands in the body, which says nothing or that it is not to be kept.
    pub(crate) store_at: Option<Range<usize>>,
    pub(crate) temperature: Option<f64>,
    pub(crate) max_tokens: Option<u64>,
    /// Answers that are asked for at once: each may be as long.
    pub(crate) answers: u64,
}

#[derive(Deserialize)]
pub(super) struct Fields<'a> {
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
    #[serde(borrow)]
    stream: Option<&'a RawValue>,
    #[serde(borrow)]
    stream_options: Option<&'a RawValue>,
    #[serde(borrow)]
    temperature: Option<&'a RawValue>,
    #[serde(borrow)]
    max_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    max_completion_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    max_output_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    n: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "even_null")]
    pub(super) store: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) background: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) previous_response_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) conversation: Option<&'a RawValue>,
}

/// A value that stands in the body, be it `null`.
fn even_null<'de, D: Deserializer<'de>>(value: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(value).map(Some)
}

impl Head {
    pub(super) fn read(dialect: Dialect, operation: Operation, body: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(body).map_err(|_| Error::field("body", "is not UTF-8"))?;
        if !text.trim_start().starts_with('{') {
            return Err(Error::field("body", "is not a JSON object"));
        }
        let fields: Fields<'_> = serde_json::from_str(text)
            .map_err(|error| Error::field("body", format!("is not valid JSON: {error}")))?;
        let raw_model = present(fields.model).ok_or_else(|| missing("model", "name a model"))?;
        let model: String = typed(Some(raw_model), "model", "must be a text")?.unwrap_or_default();
        if model.trim().is_empty() {
            return Err(missing("model", "name a model"));
        }
        // It is kept with the call, and no model has such a name.
        if model.len() > MOST_NAME_BYTES || model.chars().any(char::is_control) {
            return Err(Error::field("model", "is not a name: it is too long, or holds control characters"));
        }
        check_content(dialect, operation, &fields)?;
        let max_tokens = max_tokens(dialect, operation, &fields)?;
        let temperature: Option<f64> = typed(fields.temperature, "temperature", "must be a number")?;
        if temperature.is_some_and(|number| !(0.0..=2.0).contains(&number)) {
            return Err(Error::field("temperature", "must be from 0 to 2"));
        }
        Ok(Self {
            model,
            model_at: place(text, raw_model),
            is_streamed: typed(fields.stream, "stream", "must be true or false")?.unwrap_or(false),
            stream_options: stream_options(text, fields.stream_options)?,
            store_at: fields.store.map(|value| place(text, value)),
            temperature: temperature.filter(|_| operation == Operation::Chat),
            max_tokens,
            answers: answers(&fields)?,
        })
    }
}

/// `n`, within what OpenAI takes.
fn answers(fields: &Fields<'_>) -> Result<u64, Error> {
    const RANGE: &str = "must be a whole number from 1 to 128";
    match typed::<u64>(fields.n, "n", RANGE)? {
        None => Ok(1),
        Some(number @ 1..=128) => Ok(number),
        Some(_) => Err(Error::field("n", RANGE)),
    }
}

fn check_content(dialect: Dialect, operation: Operation, fields: &Fields<'_>) -> Result<(), Error> {
    if operation == Operation::Embeddings {
        let given =
            present(fields.input).ok_or_else(|| missing("input", "send a text or a list of texts"))?;
        let is_some = matches!(given.get().as_bytes().first(), Some(b'"' | b'['));
        return if is_some { Ok(()) } else { Err(Error::field("input", "must be a text or a list")) };
    }
    match dialect {
        Dialect::Responses => {
            check_stateless(fields)?;
            let input =
                present(fields.input).ok_or_else(|| missing("input", "send a text or a list of items"))?;
            if !input.get().starts_with('"') {
                check_list(input, "input", ("must be a text or a list of items", "must be an object"))?;
            }
        }
        Dialect::OpenAi | Dialect::Anthropic => {
            let messages =
                present(fields.messages).ok_or_else(|| missing("messages", "send at least one"))?;
            let rules = ("must be a list", "must be an object with a role and a content");
            check_list(messages, "messages", rules)?;
        }
    }
    let tools: Option<Vec<&RawValue>> = typed(fields.tools, "tools", "must be a list")?;
    if let Some(at) = tools.iter().flatten().position(|tool| !tool.get().starts_with('{')) {
        return Err(Error::field(format!("tools[{at}]"), "must be an object"));
    }
    Ok(())
}

/// A list of objects, of at least one.
fn check_list(list: &RawValue, field: &str, (rule, of_each): (&str, &str)) -> Result<(), Error> {
    let list: Vec<&RawValue> = typed(Some(list), field, rule)?.unwrap_or_default();
    if list.is_empty() {
        return Err(Error::field(field, "is empty: send at least one"));
    }
    match list.iter().position(|item| !item.get().starts_with('{')) {
        Some(at) => Err(Error::field(format!("{field}[{at}]"), of_each)),
        None => Ok(()),
    }
}

fn max_tokens(dialect: Dialect, operation: Operation, fields: &Fields<'_>) -> Result<Option<u64>, Error> {
    let number = "must be a whole number above 0";
    let of = |value, field| match typed::<u64>(value, field, number)? {
        Some(0) => Err(Error::field(field, number)),
        other => Ok(other),
    };
    let newer = of(fields.max_completion_tokens, "max_completion_tokens")?;
    if dialect == Dialect::Responses {
        return of(fields.max_output_tokens, "max_output_tokens");
    }
    let limit = of(fields.max_tokens, "max_tokens")?.or(newer);
    if limit.is_none() && dialect == Dialect::Anthropic && operation == Operation::Chat {
        return Err(missing("max_tokens", "say how many tokens may be written"));
    }
    Ok(limit)
}

fn stream_options(text: &str, value: Option<&RawValue>) -> Result<Option<(Range<usize>, bool)>, Error> {
    #[derive(Deserialize)]
    struct Options {
        #[serde(default)]
        include_usage: Option<bool>,
    }
    let Some(value) = present(value) else { return Ok(None) };
    let options: Option<Options> = typed(Some(value), "stream_options", "must be an object")?;
    let includes = options.and_then(|options| options.include_usage).unwrap_or(false);
    Ok(Some((place(text, value), includes)))
}

pub(super) fn present(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null")
}

pub(super) fn typed<'a, T: Deserialize<'a>>(
    value: Option<&'a RawValue>,
    field: &str,
    rule: &str,
) -> Result<Option<T>, Error> {
    let Some(value) = present(value) else { return Ok(None) };
    serde_json::from_str(value.get()).map(Some).map_err(|_| Error::field(field, rule))
}

fn missing(field: &str, advice: &str) -> Error {
    Error::field(field, format!("is missing: {advice}"))
}

/// Where a value stands in the text it was borrowed from.
fn place(text: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + value.get().len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chat(body: &str) -> Result<Head, Error> {
        Head::read(Dialect::OpenAi, Operation::Chat, body.as_bytes())
    }

    #[test]
    fn what_matters_is_read_and_its_place_known() {
        let body = r#"{"x":{"model":"no"},"model" : "m","messages":[{}],"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":7,"temperature":0}"#;
        let head = chat(body).unwrap();
        assert_eq!(&body[head.model_at.clone()], "\"m\"");
        assert_eq!((head.is_streamed, head.max_tokens, head.temperature), (true, Some(7), Some(0.0)));
        assert!(head.stream_options.unwrap().1);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, field) in [
            ("[]", "body"),
            ("{", "body"),
            ("{}", "model"),
            (r#"{"model":7,"messages":[{}]}"#, "model"),
            (r#"{"model":" ","messages":[{}]}"#, "model"),
            (r#"{"model":"m\u0000","messages":[{}]}"#, "model"),
            (&format!(r#"{{"model":"{}","messages":[{{}}]}}"#, "m".repeat(513)), "model"),
            (r#"{"model":"m"}"#, "messages"),
            (r#"{"model":"m","messages":null}"#, "messages"),
            (r#"{"model":"m","messages":[]}"#, "messages"),
            (r#"{"model":"m","messages":"hi"}"#, "messages"),
            (r#"{"model":"m","messages":[{},3]}"#, "messages[1]"),
            (r#"{"model":"m","messages":[{}],"tools":{}}"#, "tools"),
            (r#"{"model":"m","messages":[{}],"tools":[null]}"#, "tools[0]"),
            (r#"{"model":"m","messages":[{}],"stream":"yes"}"#, "stream"),
            (r#"{"model":"m","messages":[{}],"max_tokens":0}"#, "max_tokens"),
            (r#"{"model":"m","messages":[{}],"max_tokens":-1}"#, "max_tokens"),
            (r#"{"model":"m","messages":[{}],"n":0}"#, "n"),
            (r#"{"model":"m","messages":[{}],"n":129}"#, "n"),
            (r#"{"model":"m","messages":[{}],"n":"two"}"#, "n"),
            (r#"{"model":"m","messages":[{}],"temperature":"hot"}"#, "temperature"),
            (r#"{"model":"m","messages":[{}],"temperature":3}"#, "temperature"),
            (r#"{"model":"m","messages":[{}],"stream_options":5}"#, "stream_options"),
        ] {
            match chat(body) {
                Err(Error::Field { field: named, .. }) => assert_eq!(named, field, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
        let messages = Head::read(Dialect::Anthropic, Operation::Chat, br#"{"model":"m","messages":[{}]}"#);
        assert!(messages.unwrap_err().to_string().contains("max_tokens"));
        let input = Head::read(Dialect::OpenAi, Operation::Embeddings, br#"{"model":"m","input":5}"#);
        assert!(input.unwrap_err().to_string().contains("input"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            let _ = Head::read(Dialect::OpenAi, Operation::Chat, &body);
        }
    }
}
