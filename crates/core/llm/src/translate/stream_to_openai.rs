use serde_json::{Value, json};

use super::{answer_to_openai, finish, text};

/// Events of Messages as chunks of a chat completion.
#[derive(Debug)]
pub(crate) struct ToOpenAi {
    created_s: i64,
    shows_usage: bool,
    id: Value,
    model: Value,
    usage: Value,
    calls: usize,
}

impl ToOpenAi {
    /// `shows_usage` when the client asked for the usage.
    pub(crate) fn new(created_s: i64, shows_usage: bool) -> Self {
        Self { created_s, shows_usage, id: Value::Null, model: Value::Null, usage: json!({}), calls: 0 }
    }

    /// What one event becomes.
    pub(crate) fn translate(&mut self, event: &Value, out: &mut Vec<u8>) {
        if let Some(chunk) = self.chunk_of(event) {
            out.extend_from_slice(format!("data: {chunk}\n\n").as_bytes());
        }
        if text(event, "type") == "message_stop" {
            out.extend_from_slice(b"data: [DONE]\n\n");
        }
    }

    /// The chunk that says the same, if one does.
    pub(crate) fn chunk_of(&mut self, event: &Value) -> Option<Value> {
        match text(event, "type") {
            "message_start" => {
                self.id = event["message"]["id"].clone();
                self.model = event["message"]["model"].clone();
                self.count(&event["message"]["usage"]);
                Some(self.delta(&json!({ "role": "assistant", "content": "" }), &Value::Null))
            }
            "content_block_start" => self.block(&event["content_block"]),
            "content_block_delta" => self.part(&event["delta"]),
            "message_delta" => {
                self.count(&event["usage"]);
                let reason = event["delta"]["stop_reason"].as_str().map(finish::to_openai);
                Some(self.delta(&json!({}), &json!(reason)))
            }
            "message_stop" if self.shows_usage => {
                let mut chunk = self.chunk(&json!([]));
                chunk["usage"] = answer_to_openai::usage(&self.usage);
                Some(chunk)
            }
            _ => None,
        }
    }

    fn block(&mut self, block: &Value) -> Option<Value> {
        match text(block, "type") {
            "tool_use" => {
                let function = json!({ "name": block["name"], "arguments": "" });
                let call = json!({ "index": self.calls, "id": block["id"], "type": "function", "function": function });
                self.calls += 1;
                Some(self.delta(&json!({ "tool_calls": [call] }), &Value::Null))
            }
            _ if text(block, "text").is_empty() => None,
            _ => Some(self.delta(&json!({ "content": block["text"] }), &Value::Null)),
        }
    }

    fn part(&self, delta: &Value) -> Option<Value> {
        match text(delta, "type") {
            "text_delta" => Some(self.delta(&json!({ "content": delta["text"] }), &Value::Null)),
            "input_json_delta" => {
                let function = json!({ "arguments": delta["partial_json"] });
                let call = json!({ "index": self.calls.saturating_sub(1), "function": function });
                Some(self.delta(&json!({ "tool_calls": [call] }), &Value::Null))
            }
            _ => None,
        }
    }

    /// Later counts repeat only what changed.
    fn count(&mut self, usage: &Value) {
        for (name, value) in usage.as_object().into_iter().flatten() {
            self.usage[name] = value.clone();
        }
    }

    fn delta(&self, delta: &Value, finish_reason: &Value) -> Value {
        self.chunk(&json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason }]))
    }

    fn chunk(&self, choices: &Value) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created_s, "model": self.model, "choices": choices,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_calls_become_chunks_and_the_usage_only_when_asked_for() {
        let events = [
            json!({"type": "message_start", "message": {"id": "m1", "model": "claude", "usage": {"input_tokens": 3, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t1", "name": "w", "input": {}}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"a\":1}"}}),
            json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 4}}),
            json!({"type": "message_stop"}),
        ];
        let said = |shows_usage| {
            let (mut translator, mut out) = (ToOpenAi::new(7, shows_usage), Vec::new());
            events.iter().for_each(|event| translator.translate(event, &mut out));
            String::from_utf8(out).unwrap()
        };
        let text = said(true);
        let chunks: Vec<Value> = text
            .split("\n\n")
            .filter_map(|frame| serde_json::from_str(frame.strip_prefix("data: ")?).ok())
            .collect();
        assert_eq!(chunks.len(), 6);
        assert_eq!(chunks[1]["choices"][0]["delta"]["content"], "hi");
        assert_eq!(chunks[2]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"], "w");
        assert_eq!(chunks[3]["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"], "{\"a\":1}");
        assert_eq!(chunks[4]["choices"][0]["finish_reason"], "tool_calls");
        assert_eq!(chunks[5]["usage"]["total_tokens"], 7);
        assert!(text.ends_with("data: [DONE]\n\n") && !said(false).contains("usage"));
    }
}
