//! One chunk of a streamed completion, and the count of a whole one.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::answer::Counted;
use crate::wire::progress::{Fault, Progress, Tally, Told};

const DONE: &[u8] = b"[DONE]";

/// Notes what a chunk tells.
pub(crate) fn read(data: &[u8], progress: &mut Progress) -> Result<Told, Fault> {
    if data.trim_ascii() == DONE {
        return Ok(Told::End);
    }
    let chunk: Chunk<'_> =
        serde_json::from_slice(data).map_err(|error| Fault::Malformed(error.to_string()))?;
    if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
        return Err(said(&error));
    }
    if progress.model.is_empty()
        && let Some(model) = &chunk.model
    {
        model.as_ref().clone_into(&mut progress.model);
    }
    let has_usage = chunk.usage.is_some();
    if let Some(counted) = chunk.usage {
        progress.usage = Some(counted.into());
        progress.is_counted = true;
    }
    let Some(choices) = chunk.choices else {
        let lacks = || Fault::Malformed("a chunk has neither choices nor a usage".to_owned());
        return has_usage.then_some(Told::UsageOnly).ok_or_else(lacks);
    };
    for choice in &choices {
        progress.written_bytes += choice.delta.as_ref().map_or(0, Delta::bytes);
        if let Some(reason) = choice.finish_reason.as_deref() {
            progress.is_finished = true;
            progress.is_cut |= matches!(reason, "length" | "content_filter");
        }
    }
    Ok(if choices.is_empty() && has_usage { Told::UsageOnly } else { Told::Part })
}

/// Counts a whole completion, or a list of embeddings.
pub(crate) fn tally(body: &[u8]) -> Result<Tally, String> {
    let whole: Whole<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if whole.choices.is_none() && whole.data.is_none() {
        return Err("it has no choices".to_owned());
    }
    let choices = whole.choices.unwrap_or_default();
    let is_whole = |choice: &WholeChoice<'_>| {
        let ends = matches!(choice.finish_reason.as_deref(), Some("stop" | "tool_calls" | "function_call"));
        ends && choice.message.as_ref().is_some_and(|message| message.bytes() > 0)
    };
    Ok(Tally {
        usage: whole.usage.map(Into::into),
        model: whole.model.unwrap_or_default().into_owned(),
        written_bytes: choices.iter().filter_map(|choice| choice.message.as_ref()).map(Delta::bytes).sum(),
        is_whole: whole.data.is_some() || (!choices.is_empty() && choices.iter().all(is_whole)),
    })
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    #[serde(borrow)]
    choices: Option<Vec<ChunkChoice<'a>>>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct ChunkChoice<'a> {
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning_content: Option<&'a RawValue>,
    #[serde(borrow)]
    refusal: Option<&'a RawValue>,
    #[serde(borrow)]
    tool_calls: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    #[serde(borrow)]
    choices: Option<Vec<WholeChoice<'a>>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct WholeChoice<'a> {
    #[serde(borrow)]
    message: Option<Delta<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
}

impl Delta<'_> {
    /// The bytes of what was written, quotes and brackets left out.
    fn bytes(&self) -> u64 {
        let parts = [self.content, self.reasoning_content, self.refusal, self.tool_calls];
        let texts = parts.into_iter().flatten().map(RawValue::get).filter(|text| *text != "null");
        texts.map(|text| (text.len() as u64).saturating_sub(2)).sum()
    }
}

fn said(error: &Value) -> Fault {
    let code = error["code"].as_u64().or(error["status"].as_u64()).and_then(|code| u16::try_from(code).ok());
    let is_rate = error["type"].as_str().is_some_and(|word| word.contains("rate_limit"));
    let status = code.filter(|code| (400..600).contains(code)).unwrap_or(if is_rate { 429 } else { 500 });
    Fault::said(status, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Usage;

    #[test]
    fn a_stream_tells_words_finish_and_usage() {
        let mut progress = Progress::default();
        for (data, told) in [
            (
                r#"{"model":"gpt","choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}"#,
                Told::Part,
            ),
            (r#"{"choices":[{"delta":{"content":"hello"},"finish_reason":null}]}"#, Told::Part),
            (r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, Told::Part),
            (
                r#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":1}}}"#,
                Told::UsageOnly,
            ),
            ("[DONE]", Told::End),
        ] {
            assert_eq!(read(data.as_bytes(), &mut progress).unwrap(), told, "{data}");
        }
        let usage = Usage { input_tokens: 5, output_tokens: 2, reasoning_tokens: 1, ..Usage::default() };
        assert_eq!((progress.usage, progress.written_bytes), (Some(usage), 5));
        assert!(progress.is_finished && !progress.is_cut && progress.model == "gpt");
    }

    #[test]
    fn a_chunk_of_another_shape_is_malformed_and_an_error_says_so() {
        for data in ["{", "[]", "{}", r#"{"choices":5}"#, "<html>"] {
            let fault = read(data.as_bytes(), &mut Progress::default()).unwrap_err();
            assert!(matches!(fault, Fault::Malformed(_)), "{data}");
        }
        let error = br#"{"error":{"message":"overloaded","type":"rate_limit_error"}}"#;
        let expected = Fault::Said { status: 429, message: "overloaded".into() };
        assert_eq!(read(error, &mut Progress::default()), Err(expected));
    }

    #[test]
    fn only_an_answer_that_is_all_there_is_whole() {
        let whole = |message: &str, reason: &str| {
            let body = format!(r#"{{"choices":[{{"message":{message},"finish_reason":"{reason}"}}]}}"#);
            tally(body.as_bytes()).unwrap().is_whole
        };
        assert!(whole(r#"{"content":"hi"}"#, "stop"));
        assert!(whole(r#"{"content":null,"tool_calls":[{"id":"c"}]}"#, "tool_calls"));
        assert!(!whole(r#"{"content":"hi"}"#, "length"));
        assert!(!whole(r#"{"content":""}"#, "stop") && !whole(r#"{"content":null,"tool_calls":[]}"#, "stop"));
        assert!(tally(br#"{"data":[{"embedding":[0.1]}]}"#).unwrap().is_whole);
        assert!(tally(b"{}").is_err() && tally(b"<html>").is_err());
    }
}
