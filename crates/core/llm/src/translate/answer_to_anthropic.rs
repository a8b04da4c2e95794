use serde_json::{Map, Value, json};

use super::{finish, text};

/// A chat completion as a message.
pub(super) fn translate(completion: &Value) -> Value {
    let choice = &completion["choices"][0];
    let message = &choice["message"];
    let mut content = Vec::new();
    let said = message["content"].as_str().or(message["refusal"].as_str()).unwrap_or_default();
    if !said.is_empty() {
        content.push(json!({ "type": "text", "text": said }));
    }
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        let arguments = text(&call["function"], "arguments");
        let input: Map<String, Value> = serde_json::from_str(arguments).unwrap_or_default();
        let name = text(&call["function"], "name");
        content.push(json!({ "type": "tool_use", "id": call["id"], "name": name, "input": input }));
    }
    json!({
        "id": completion["id"],
        "type": "message",
        "role": "assistant",
        "model": completion["model"],
        "content": content,
        "stop_reason": choice["finish_reason"].as_str().map(finish::to_anthropic),
        "stop_sequence": null,
        "usage": usage(&completion["usage"]),
    })
}

/// Tokens as this protocol counts them: what the cache gave is not among those read.
pub(super) fn usage(usage: &Value) -> Value {
    let cached = usage["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap_or(0);
    let read = usage["prompt_tokens"].as_u64().unwrap_or(0).saturating_sub(cached);
    json!({
        "input_tokens": read,
        "output_tokens": usage["completion_tokens"].as_u64().unwrap_or(0),
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_calls_and_counts_are_kept() {
        let completion = json!({
            "id": "x", "model": "gpt", "usage": {"prompt_tokens": 8, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 5}},
            "choices": [{"finish_reason": "tool_calls", "message": {"content": "see", "tool_calls": [
                {"id": "c1", "function": {"name": "w", "arguments": "{\"a\":1}"}}]}}],
        });
        let message = translate(&completion);
        assert_eq!(message["content"][0], json!({"type": "text", "text": "see"}));
        assert_eq!(
            message["content"][1],
            json!({"type": "tool_use", "id": "c1", "name": "w", "input": {"a": 1}})
        );
        assert_eq!(message["stop_reason"], "tool_use");
        assert_eq!(
            (&message["usage"]["input_tokens"], &message["usage"]["cache_read_input_tokens"]),
            (&json!(3), &json!(5))
        );
    }
}
