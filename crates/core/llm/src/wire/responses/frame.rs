//! One event of a streamed response, and the count of a whole one.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Usage;
use crate::wire::progress::{Fault, Progress, Tally, Told};

/// Notes what an event tells.
pub(crate) fn read(data: &[u8], progress: &mut Progress) -> Result<Told, Fault> {
    // Some servers end every stream so.
    if data.trim_ascii() == b"[DONE]" {
        return Ok(Told::End);
    }
    let event: Event<'_> =
        serde_json::from_slice(data).map_err(|error| Fault::Malformed(error.to_string()))?;
    let kind = event.kind.as_ref();
    match kind {
        "response.completed" | "response.incomplete" => {
            let response = event.response.ok_or_else(|| Fault::Malformed(format!("{kind} is empty")))?;
            progress.usage = response.usage.map(Usage::from);
            progress.is_counted = progress.usage.is_some();
            progress.is_finished = true;
            progress.is_cut |= kind == "response.incomplete";
            return Ok(Told::End);
        }
        "response.failed" => {
            let error = event.response.and_then(|response| response.error);
            return Err(said(&error.unwrap_or_default()));
        }
        "error" => {
            let plain = || Value::from_iter([("message", event.message), ("code", event.code)]);
            return Err(said(&event.error.filter(Value::is_object).unwrap_or_else(plain)));
        }
        _ if kind.ends_with(".delta") => progress.written_bytes += event.delta.map_or(0, bytes),
        // Beginnings, ends of parts, and whatever comes later.
        _ => {}
    }
    if let Some(model) = event.response.and_then(|response| response.model) {
        model.as_ref().clone_into(&mut progress.model);
    }
    Ok(Told::Part)
}

/// Counts a whole response.
pub(crate) fn tally(body: &[u8]) -> Result<Tally, String> {
    let response: Response<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if response.status.as_deref() == Some("failed") {
        let (Fault::Said { message, .. } | Fault::Malformed(message)) =
            said(&response.error.unwrap_or_default());
        return Err(format!("it says that it failed: {message}"));
    }
    let output = response.output.ok_or("it has no output")?;
    let written_bytes = output.iter().map(Item::bytes).sum();
    Ok(Tally {
        usage: response.usage.map(Into::into),
        model: response.model.unwrap_or_default().into_owned(),
        written_bytes,
        is_whole: response.status.as_deref() == Some("completed") && written_bytes > 0,
    })
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<Response<'a>>,
    error: Option<Value>,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    code: Value,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    output: Option<Vec<Item<'a>>>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
    error: Option<Value>,
}

/// Words or a call; what else there is was not written by the model.
#[derive(Deserialize)]
struct Item<'a> {
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    content: Option<Vec<Part>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<Box<RawValue>>,
    refusal: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    input_tokens_details: Option<Details>,
    output_tokens_details: Option<Details>,
}

#[derive(Deserialize, Default)]
struct Details {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        let read = counted.input_tokens_details.unwrap_or_default();
        let written = counted.output_tokens_details.unwrap_or_default();
        Self {
            input_tokens: counted.input_tokens,
            output_tokens: counted.output_tokens,
            cached_tokens: read.cached_tokens.unwrap_or(0),
            cache_write_tokens: read.cache_write_tokens.unwrap_or(0),
            reasoning_tokens: written.reasoning_tokens.unwrap_or(0),
        }
    }
}

impl Item<'_> {
    fn bytes(&self) -> u64 {
        let parts = self.content.iter().flatten().flat_map(|part| [&part.text, &part.refusal]);
        parts.flatten().map(|text| bytes(text)).sum::<u64>() + self.arguments.map_or(0, bytes)
    }
}

/// The bytes of a text without its quotes.
fn bytes(text: &RawValue) -> u64 {
    (text.get().len() as u64).saturating_sub(2)
}

fn said(error: &Value) -> Fault {
    let words = [error["code"].as_str(), error["type"].as_str()].map(Option::unwrap_or_default);
    let status = match words {
        _ if words.iter().any(|word| word.starts_with("rate_limit")) => 429,
        _ if words.iter().any(|word| word.starts_with("invalid_")) => 400,
        _ => 500,
    };
    Fault::said(status, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_tells_words_finish_and_usage() {
        let mut progress = Progress::default();
        for data in [
            r#"{"type":"response.created","response":{"model":"gpt","status":"in_progress","output":[]}}"#,
            r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}"#,
            r#"{"type":"response.output_text.delta","delta":"hello"}"#,
            r#"{"type":"response.function_call_arguments.delta","delta":"{}"}"#,
            r#"{"type":"response.something_new","response_id":7}"#,
        ] {
            assert_eq!(read(data.as_bytes(), &mut progress).unwrap(), Told::Part, "{data}");
        }
        let end = r#"{"type":"response.completed","response":{"model":"gpt","status":"completed","output":[],"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":1},"output_tokens":4,"output_tokens_details":{"reasoning_tokens":3}}}}"#;
        assert_eq!(read(end.as_bytes(), &mut progress).unwrap(), Told::End);
        let usage = Usage {
            input_tokens: 5,
            output_tokens: 4,
            cached_tokens: 2,
            cache_write_tokens: 1,
            reasoning_tokens: 3,
        };
        assert_eq!((progress.usage, progress.written_bytes), (Some(usage), 7));
        assert!(progress.is_finished && progress.is_counted && !progress.is_cut && progress.model == "gpt");
    }

    #[test]
    fn a_failure_is_said_in_each_of_its_forms() {
        for (data, status) in [
            (
                r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"why"}}}"#,
                500,
            ),
            (r#"{"type":"error","code":"rate_limit_exceeded","message":"why","param":null}"#, 429),
            (r#"{"type":"error","error":{"type":"invalid_request_error","message":"why"}}"#, 400),
        ] {
            let expected = Fault::Said { status, message: "why".into() };
            assert_eq!(read(data.as_bytes(), &mut Progress::default()), Err(expected), "{data}");
        }
        for data in ["{", "[]", "{}", r#"{"type":"response.completed"}"#, "<html>"] {
            let fault = read(data.as_bytes(), &mut Progress::default()).unwrap_err();
            assert!(matches!(fault, Fault::Malformed(_)), "{data}");
        }
    }

    #[test]
    fn an_incomplete_response_is_cut() {
        let mut progress = Progress::default();
        let end = br#"{"type":"response.incomplete","response":{"status":"incomplete","output":[]}}"#;
        assert_eq!(read(end, &mut progress).unwrap(), Told::End);
        assert!(progress.is_finished && progress.is_cut && !progress.is_counted);
    }

    #[test]
    fn only_an_answer_that_is_all_there_is_whole() {
        let whole = |status: &str, output: &str| {
            let body = format!(r#"{{"model":"m","status":"{status}","output":{output}}}"#);
            tally(body.as_bytes()).map(|tally| tally.is_whole)
        };
        let said = |text: &str| {
            format!(
                r#"[{{"type":"reasoning","summary":[]}},{{"type":"message","content":[{{"type":"output_text","text":"{text}"}}]}}]"#
            )
        };
        assert_eq!(whole("completed", &said("hi")), Ok(true));
        assert_eq!(whole("completed", r#"[{"type":"function_call","arguments":"{}"}]"#), Ok(true));
        assert_eq!(whole("incomplete", &said("hi")), Ok(false));
        assert_eq!(whole("completed", &said("")), Ok(false));
        assert_eq!(whole("completed", r#"[{"type":"new","content":"of another kind"}]"#), Ok(false));
        assert!(whole("failed", "[]").unwrap_err().contains("failed"));
        assert!(tally(b"{}").is_err() && tally(b"<html>").is_err());
    }
}
