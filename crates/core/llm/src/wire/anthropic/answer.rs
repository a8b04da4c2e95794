use serde::Deserialize;
use serde_json::Value;

use super::frame::Counted;
use super::output;
use crate::{ChatAnswer, ChatRequest, Finish, ToolCall};

/// Reads the answer's body; `request` tells whether a call of the answer's tool is the answer.
pub(crate) fn answer(request: &ChatRequest, body: &[u8]) -> Result<ChatAnswer, String> {
    let message: Message = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut said = String::new();
    let (mut calls, mut given) = (Vec::new(), None);
    let answer_tool = output::name(request);
    for block in message.content {
        match (block, &request.output_schema) {
            (Block::Text { text }, _) => said.push_str(&text),
            (Block::ToolUse { name, input, .. }, Some(schema)) if name == answer_tool => {
                given = Some(output::text(schema, input));
            }
            (Block::ToolUse { id, name, input }, _) => {
                calls.push(ToolCall::from_text(id, name, &input.to_string()));
            }
            (Block::Other, _) => {}
        }
    }
    let finish = finish(message.stop_reason.as_deref(), &calls);
    let text = given.or(Some(said)).filter(|text| !text.is_empty());
    Ok(ChatAnswer {
        text,
        calls,
        usage: message.usage.map(|counted| counted.over(None)).unwrap_or_default(),
        model: message.model,
        finish,
        simulated: false,
    })
}

#[derive(Deserialize)]
struct Message {
    model: String,
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default, deserialize_with = "crate::wire::progress::count")]
    usage: Option<Counted>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        text: String,
    },
    ToolUse {
        id: String,
        name: String,
        input: Value,
    },
    /// Thinking and whatever comes later.
    #[serde(other)]
    Other,
}

fn finish(reason: Option<&str>, calls: &[ToolCall]) -> Finish {
    match reason {
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("refusal") => Finish::Refused,
        Some("tool_use") if !calls.is_empty() => Finish::ToolCalls,
        // A `tool_use` without calls is a call of the answer's tool alone.
        Some("end_turn" | "stop_sequence" | "tool_use") => Finish::Stop,
        _ => Finish::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(request: &ChatRequest, content: &Value, stop_reason: &str) -> ChatAnswer {
        let body = json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": content,
            "stop_reason": stop_reason, "stop_sequence": null,
            "usage": {"input_tokens": 3, "output_tokens": 2, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 7},
        });
        answer(request, body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn words_and_calls_are_told_apart_and_thinking_is_passed_over() {
        let content = json!([
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "text", "text": "let me see"},
            {"type": "tool_use", "id": "t1", "name": "orders", "input": {"id": 7}},
        ]);
        let answer = read(&ChatRequest::default(), &content, "tool_use");
        assert_eq!((answer.text.as_deref(), answer.finish), (Some("let me see"), Finish::ToolCalls));
        assert_eq!(
            (answer.calls[0].name.as_str(), &answer.calls[0].arguments),
            ("orders", &json!({"id": 7}))
        );
        let usage = answer.usage;
        assert_eq!((usage.input_tokens, usage.output_tokens), (15, 2));
        assert_eq!((usage.cached_tokens, usage.cache_write_tokens), (5, 7));
    }

    #[test]
    fn a_call_of_the_answers_tool_is_the_answer() {
        let given = |schema, input| {
            let request = ChatRequest { output_schema: Some(schema), ..ChatRequest::default() };
            read(
                &request,
                &json!([{"type": "tool_use", "id": "t", "name": "final_answer", "input": input}]),
                "tool_use",
            )
        };
        let object = given(json!({"type": "object"}), json!({"a": 1}));
        assert_eq!(
            (object.text.as_deref(), object.finish, object.calls.len()),
            (Some("{\"a\":1}"), Finish::Stop, 0)
        );
        assert_eq!(given(json!({"type": "array"}), json!({"value": [1]})).text.as_deref(), Some("[1]"));
    }

    #[test]
    fn another_shape_is_an_error() {
        for body in ["{}", "[]", "{\"content\": 5}"] {
            assert!(answer(&ChatRequest::default(), body.as_bytes()).is_err(), "{body}");
        }
    }
}
