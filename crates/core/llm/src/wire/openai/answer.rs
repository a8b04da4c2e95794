use serde::Deserialize;
use serde_json::Value;

use crate::{ChatAnswer, Finish, ToolCall, Usage};

/// Reads the answer's body.
pub(crate) fn answer(body: &[u8]) -> Result<ChatAnswer, String> {
    let completion: Completion = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let choice = completion.choices.into_iter().next().ok_or("it has no choices")?;
    let Said { content, refusal, tool_calls } = choice.message;
    let text = content.map(Content::text).filter(|text| !text.is_empty());
    let calls: Vec<ToolCall> = tool_calls.unwrap_or_default().into_iter().enumerate().map(call).collect();
    let finish = finish(choice.finish_reason.as_deref(), &calls, refusal.is_some());
    let usage = completion.usage.map(Usage::from).unwrap_or_default();
    Ok(ChatAnswer { text: text.or(refusal), calls, usage, model: completion.model, finish, simulated: false })
}

#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    model: String,
    choices: Vec<Choice>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<Content>,
    refusal: Option<String>,
    tool_calls: Option<Vec<Called>>,
}

/// A text, or parts of which some are text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Called {
    #[serde(default)]
    id: String,
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    /// JSON text; some servers send the object itself.
    #[serde(default)]
    arguments: Value,
}

#[derive(Deserialize)]
pub(super) struct Counted {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    prompt_tokens_details: Option<Details>,
    completion_tokens_details: Option<Details>,
}

#[derive(Deserialize, Default)]
struct Details {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().filter_map(|part| part.text).collect(),
        }
    }
}

impl From<Counted> for Usage {
    fn from(counted: Counted) -> Self {
        let read = counted.prompt_tokens_details.unwrap_or_default();
        let written = counted.completion_tokens_details.unwrap_or_default();
        Self {
            input_tokens: counted.prompt_tokens,
            output_tokens: counted.completion_tokens,
            cached_tokens: read.cached_tokens.unwrap_or(0),
            cache_write_tokens: read.cache_write_tokens.unwrap_or(0),
            reasoning_tokens: written.reasoning_tokens.unwrap_or(0),
        }
    }
}

fn call((index, called): (usize, Called)) -> ToolCall {
    // A call without an id could not be answered; its place names it as well.
    let id = if called.id.is_empty() { format!("call_{index}") } else { called.id };
    let name = called.function.name;
    match called.function.arguments {
        Value::String(text) => ToolCall::from_text(id, name, &text),
        Value::Null => ToolCall::from_text(id, name, ""),
        other => ToolCall::from_text(id, name, &other.to_string()),
    }
}

fn finish(reason: Option<&str>, calls: &[ToolCall], is_refusal: bool) -> Finish {
    match reason {
        Some("length") => Finish::Length,
        Some("content_filter") => Finish::Refused,
        // Some servers say `stop` or nothing although there are calls.
        Some("tool_calls" | "function_call" | "stop") | None if !calls.is_empty() => Finish::ToolCalls,
        Some("stop") if is_refusal => Finish::Refused,
        Some("stop") => Finish::Stop,
        _ => Finish::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(message: &Value, finish_reason: &str) -> ChatAnswer {
        let body = json!({
            "id": "x", "model": "gpt-4o-2024", "object": "chat.completion", "service_tier": "default",
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 6, "cache_write_tokens": 3}},
        });
        answer(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn words_come_with_their_usage() {
        let answer = read(&json!({"role": "assistant", "content": "hi"}), "stop");
        assert_eq!((answer.text.as_deref(), answer.finish), (Some("hi"), Finish::Stop));
        assert_eq!(
            answer.usage,
            Usage {
                input_tokens: 10,
                output_tokens: 4,
                cached_tokens: 6,
                cache_write_tokens: 3,
                ..Usage::default()
            }
        );
        assert_eq!((answer.model.as_str(), answer.simulated), ("gpt-4o-2024", false));
    }

    #[test]
    fn calls_keep_their_order_and_malformed_arguments_their_text() {
        let calls = json!([
            {"id": "a", "type": "function", "function": {"name": "one", "arguments": "{\"x\": 1}"}},
            {"id": "", "function": {"name": "two", "arguments": "{broken"}},
            {"id": "c", "function": {"name": "three", "arguments": {"y": 2}}},
        ]);
        let answer = read(&json!({"content": null, "tool_calls": calls}), "stop");
        assert_eq!((answer.text, answer.finish), (None, Finish::ToolCalls));
        assert_eq!(answer.calls[0].arguments, json!({"x": 1}));
        assert_eq!((answer.calls[1].id.as_str(), answer.calls[1].malformed()), ("call_1", Some("{broken")));
        assert_eq!(answer.calls[2].arguments, json!({"y": 2}));
    }

    #[test]
    fn a_cut_answer_and_a_refused_one_say_so() {
        assert_eq!(read(&json!({"content": "hal"}), "length").finish, Finish::Length);
        let refused = read(&json!({"content": null, "refusal": "no"}), "stop");
        assert_eq!((refused.text.as_deref(), refused.finish), (Some("no"), Finish::Refused));
    }

    #[test]
    fn another_shape_is_an_error_that_says_what_is_wrong() {
        for body in
            ["{}", "[]", "<html>", "{\"choices\": []}", "{\"choices\": [{\"message\": {\"content\": 5}}]}"]
        {
            assert!(answer(body.as_bytes()).is_err_and(|reason| !reason.is_empty()), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body: Vec<u8>) {
            prop_assert!(answer(&body).is_err());
        }
    }
}
