use serde_json::{Value, json};

use super::{finish, text};

/// A message as a chat completion.
pub(super) fn translate(message: &Value, created_s: i64) -> Value {
    let (mut said, mut calls) = (String::new(), Vec::new());
    for block in message["content"].as_array().into_iter().flatten() {
        match text(block, "type") {
            "text" => said.push_str(text(block, "text")),
            "tool_use" => {
                let function = json!({ "name": block["name"], "arguments": block["input"].to_string() });
                calls.push(json!({ "id": block["id"], "type": "function", "function": function }));
            }
            _ => {}
        }
    }
    let content = if said.is_empty() { Value::Null } else { said.into() };
    let mut answer = json!({ "role": "assistant", "content": content, "refusal": null });
    if !calls.is_empty() {
        answer["tool_calls"] = calls.into();
    }
    let finish_reason = message["stop_reason"].as_str().map(finish::to_openai);
    json!({
        "id": message["id"],
        "object": "chat.completion",
        "created": created_s,
        "model": message["model"],
        "choices": [{ "index": 0, "message": answer, "logprobs": null, "finish_reason": finish_reason }],
        "usage": usage(&message["usage"]),
    })
}

/// Tokens as this protocol counts them: what the cache gave or took is among those read.
pub(super) fn usage(usage: &Value) -> Value {
    let of = |name: &str| usage[name].as_u64().unwrap_or(0);
    let cached = of("cache_read_input_tokens");
    let read = of("input_tokens") + cached + of("cache_creation_input_tokens");
    let written = of("output_tokens");
    json!({
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": { "cached_tokens": cached },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_calls_and_counts_are_kept() {
        let message = json!({
            "id": "msg_1", "model": "claude", "stop_reason": "tool_use",
            "content": [{"type": "text", "text": "see"}, {"type": "tool_use", "id": "t1", "name": "w", "input": {"a": 1}}],
            "usage": {"input_tokens": 3, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 7, "output_tokens": 2},
        });
        let completion = translate(&message, 1_700_000_000);
        let choice = &completion["choices"][0];
        assert_eq!(choice["message"]["content"], "see");
        assert_eq!(choice["message"]["tool_calls"][0]["function"]["arguments"], "{\"a\":1}");
        assert_eq!(choice["finish_reason"], "tool_calls");
        assert_eq!(completion["usage"]["prompt_tokens"], 15);
        assert_eq!(completion["usage"]["total_tokens"], 17);
    }
}
