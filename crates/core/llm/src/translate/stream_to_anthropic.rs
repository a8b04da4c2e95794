use serde_json::{Value, json};

use super::{answer_to_anthropic, finish, text};

/// Chunks of a chat completion as events of Messages.
#[derive(Debug, Default)]
pub(crate) struct ToAnthropic {
    has_begun: bool,
    open: Option<Block>,
    /// The id of the call that came last.
    call_id: String,
    blocks: usize,
    stop_reason: Option<&'static str>,
    usage: Value,
}

/// The block that is being written: words, or the call of that index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Text,
    Call(u64),
}

impl ToAnthropic {
    /// What one chunk becomes.
    pub(crate) fn translate(&mut self, chunk: &Value, out: &mut Vec<u8>) {
        if !self.has_begun {
            self.begin(chunk, out);
        }
        if chunk["usage"].is_object() {
            self.usage = answer_to_anthropic::usage(&chunk["usage"]);
        }
        let choice = &chunk["choices"][0];
        let delta = &choice["delta"];
        let said = delta["content"].as_str().or(delta["refusal"].as_str()).unwrap_or_default();
        if !said.is_empty() {
            self.enter(Block::Text, &json!({ "type": "text", "text": "" }), out);
            self.delta(&json!({ "type": "text_delta", "text": said }), out);
        }
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            self.call(call, out);
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.stop_reason = Some(finish::to_anthropic(reason));
        }
    }

    /// The end, which the usage comes before.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        self.close(out);
        let delta = json!({ "stop_reason": self.stop_reason, "stop_sequence": null });
        let usage = if self.usage.is_object() { self.usage.clone() } else { json!({ "output_tokens": 0 }) };
        event(&json!({ "type": "message_delta", "delta": delta, "usage": usage }), out);
        event(&json!({ "type": "message_stop" }), out);
    }

    fn begin(&mut self, chunk: &Value, out: &mut Vec<u8>) {
        self.has_begun = true;
        let message = json!({
            "id": chunk["id"], "type": "message", "role": "assistant", "model": chunk["model"], "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": { "input_tokens": 0, "output_tokens": 0 },
        });
        event(&json!({ "type": "message_start", "message": message }), out);
    }

    fn call(&mut self, call: &Value, out: &mut Vec<u8>) {
        let index = call["index"].as_u64().unwrap_or(0);
        let function = &call["function"];
        // Some servers give every call the same index; a new id is a new call all the same.
        let id = text(call, "id");
        let is_new = !id.is_empty() && id != self.call_id;
        if is_new || self.open != Some(Block::Call(index)) {
            self.close(out);
            id.clone_into(&mut self.call_id);
            let block =
                json!({ "type": "tool_use", "id": call["id"], "name": text(function, "name"), "input": {} });
            self.enter(Block::Call(index), &block, out);
        }
        let arguments = text(function, "arguments");
        if !arguments.is_empty() {
            self.delta(&json!({ "type": "input_json_delta", "partial_json": arguments }), out);
        }
    }

    fn enter(&mut self, block: Block, content: &Value, out: &mut Vec<u8>) {
        if self.open == Some(block) {
            return;
        }
        self.close(out);
        self.open = Some(block);
        event(&json!({ "type": "content_block_start", "index": self.blocks, "content_block": content }), out);
    }

    fn delta(&self, delta: &Value, out: &mut Vec<u8>) {
        event(&json!({ "type": "content_block_delta", "index": self.blocks, "delta": delta }), out);
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if self.open.take().is_some() {
            event(&json!({ "type": "content_block_stop", "index": self.blocks }), out);
            self.blocks += 1;
        }
    }
}

fn event(event: &Value, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("event: {}\ndata: {event}\n\n", text(event, "type")).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_one_index_are_told_apart_by_their_ids() {
        let call = |id: &str| json!({"index": 0, "id": id, "function": {"name": "w", "arguments": "{}"}});
        let (mut translator, mut out) = (ToAnthropic::default(), Vec::new());
        translator
            .translate(&json!({"choices": [{"delta": {"tool_calls": [call("c1"), call("c2")]}}]}), &mut out);
        translator.end(&mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("\"id\":\"c1\"") && text.contains("\"id\":\"c2\""), "{text}");
        assert_eq!(text.matches("event: content_block_stop").count(), 2, "{text}");
    }

    #[test]
    fn words_and_calls_become_blocks_in_order_and_the_usage_comes_at_the_end() {
        let chunks = [
            json!({"id": "x", "model": "gpt", "choices": [{"delta": {"role": "assistant", "content": ""}}]}),
            json!({"choices": [{"delta": {"content": "hi"}}]}),
            json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "w", "arguments": ""}}]}}]}),
            json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}}]}),
            json!({"choices": [{"delta": {"tool_calls": [{"index": 1, "id": "c2", "function": {"name": "v", "arguments": "{}"}}]}}]}),
            json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}),
            json!({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 3}}),
        ];
        let (mut translator, mut out) = (ToAnthropic::default(), Vec::new());
        chunks.iter().for_each(|chunk| translator.translate(chunk, &mut out));
        translator.end(&mut out);
        let text = String::from_utf8(out).unwrap();
        let events: Vec<Value> =
            text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect();
        let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
        let expected = [
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop",
        ];
        assert_eq!(kinds, expected);
        assert_eq!(events[4]["content_block"]["id"], "c1");
        assert_eq!((&events[7]["index"], &events[7]["content_block"]["name"]), (&json!(2), &json!("v")));
        assert_eq!(events[10]["delta"]["stop_reason"], "tool_use");
        assert_eq!(events[10]["usage"]["output_tokens"], 3);
    }
}
