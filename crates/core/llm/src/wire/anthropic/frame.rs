//! One event of a streamed message, and the count of a whole one.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Usage;
use crate::wire::progress::{Fault, Progress, Tally, Told};

/// Notes what an event tells.
pub(crate) fn read(data: &[u8], progress: &mut Progress) -> Result<Told, Fault> {
    let event: Event<'_> =
        serde_json::from_slice(data).map_err(|error| Fault::Malformed(error.to_string()))?;
    match event.kind.as_ref() {
        "message_start" => {
            let message =
                event.message.ok_or_else(|| Fault::Malformed("message_start is empty".to_owned()))?;
            message.model.as_ref().clone_into(&mut progress.model);
            progress.usage = message.usage.map(|counted| counted.over(None));
        }
        "content_block_start" => progress.written_bytes += event.content_block.map_or(0, Part::bytes),
        "content_block_delta" => progress.written_bytes += event.delta.map_or(0, Part::bytes),
        "message_delta" => {
            if let Some(counted) = event.usage {
                progress.usage = Some(counted.over(progress.usage));
                progress.is_counted = true;
            }
            if let Some(reason) = event.delta.and_then(|delta| delta.stop_reason) {
                progress.is_finished = true;
                progress.is_cut |= is_cut(&reason);
            }
        }
        "message_stop" => return Ok(Told::End),
        "error" => return Err(said(&event.error.unwrap_or_default())),
        // Signs of life, and whatever comes later.
        _ => {}
    }
    Ok(Told::Part)
}

/// Counts a whole message.
pub(crate) fn tally(body: &[u8]) -> Result<Tally, String> {
    let message: Whole<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let ends = message.stop_reason.as_deref().is_some_and(|reason| !is_cut(reason));
    Ok(Tally {
        usage: message.usage.map(|counted| counted.over(None)),
        model: message.model.into_owned(),
        written_bytes: message.content.iter().map(|block| block.get().len() as u64).sum(),
        is_whole: ends && !message.content.is_empty(),
    })
}

fn is_cut(reason: &str) -> bool {
    matches!(reason, "max_tokens" | "model_context_window_exceeded" | "refusal" | "pause_turn")
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    message: Option<Start<'a>>,
    #[serde(borrow)]
    content_block: Option<Part<'a>>,
    #[serde(borrow)]
    delta: Option<Part<'a>>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Start<'a> {
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    thinking: Option<&'a RawValue>,
    #[serde(borrow)]
    partial_json: Option<&'a RawValue>,
    #[serde(borrow)]
    stop_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(borrow)]
    content: Vec<&'a RawValue>,
    #[serde(borrow)]
    stop_reason: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
}

/// Tokens as this protocol counts them; in a stream, later counts repeat only what changed.
#[derive(Deserialize)]
pub(super) struct Counted {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

impl Counted {
    /// Over an earlier count. Here `input_tokens` are only those that the cache neither gave nor took; ours are all.
    pub(super) fn over(self, earlier: Option<Usage>) -> Usage {
        let earlier = earlier.unwrap_or_default();
        let cached_tokens = self.cache_read_input_tokens.unwrap_or(earlier.cached_tokens);
        let cache_write_tokens = self.cache_creation_input_tokens.unwrap_or(earlier.cache_write_tokens);
        let uncached = earlier
            .input_tokens
            .saturating_sub(earlier.cached_tokens)
            .saturating_sub(earlier.cache_write_tokens);
        let uncached = self.input_tokens.unwrap_or(uncached);
        Usage {
            input_tokens: uncached.saturating_add(cached_tokens).saturating_add(cache_write_tokens),
            output_tokens: self.output_tokens.unwrap_or(earlier.output_tokens),
            cached_tokens,
            cache_write_tokens,
            reasoning_tokens: 0,
        }
    }
}

impl Part<'_> {
    fn bytes(self) -> u64 {
        let parts = [self.text, self.thinking, self.partial_json];
        parts.into_iter().flatten().map(|part| (part.get().len() as u64).saturating_sub(2)).sum()
    }
}

fn said(error: &Value) -> Fault {
    let status = match error["type"].as_str() {
        Some("rate_limit_error") => 429,
        Some("overloaded_error") => 529,
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
            r#"{"type":"message_start","message":{"model":"claude","usage":{"input_tokens":3,"cache_read_input_tokens":5,"cache_creation_input_tokens":7,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello"}}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}"#,
        ] {
            assert_eq!(read(data.as_bytes(), &mut progress).unwrap(), Told::Part, "{data}");
        }
        assert_eq!(read(br#"{"type":"message_stop"}"#, &mut progress).unwrap(), Told::End);
        let usage = progress.usage.unwrap();
        assert_eq!((usage.input_tokens, usage.output_tokens, usage.cached_tokens), (15, 9, 5));
        assert_eq!((usage.cache_write_tokens, progress.written_bytes), (7, 5));
        assert!(progress.is_finished && !progress.is_cut && progress.model == "claude");
    }

    #[test]
    fn an_error_in_the_middle_is_said() {
        let error = br#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        let expected = Fault::Said { status: 529, message: "Overloaded".into() };
        assert_eq!(read(error, &mut Progress::default()), Err(expected));
        assert!(matches!(read(b"{}", &mut Progress::default()), Err(Fault::Malformed(_))));
    }

    #[test]
    fn only_an_answer_that_is_all_there_is_whole() {
        let whole = |content: &str, reason: &str| {
            let body = format!(r#"{{"model":"m","content":{content},"stop_reason":"{reason}"}}"#);
            tally(body.as_bytes()).unwrap().is_whole
        };
        assert!(whole(r#"[{"type":"text","text":"hi"}]"#, "end_turn"));
        assert!(!whole(r#"[{"type":"text","text":"hi"}]"#, "max_tokens") && !whole("[]", "end_turn"));
        assert!(tally(b"{}").is_err());
    }
}
