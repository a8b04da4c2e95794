use serde_json::{Value, json};

use super::Form;
use super::form::Ending;
use super::item::Item;
use crate::translate::{ToOpenAi, text};

/// Chunks of a chat completion as the events of a response; those of Messages become chunks before.
#[derive(Debug)]
pub(crate) struct ToResponses {
    form: Form,
    of_messages: Option<ToOpenAi>,
    sequence: u64,
    has_begun: bool,
    model: Value,
    items: Vec<Written>,
    ending: Ending,
    usage: Value,
}

/// An item on its way.
#[derive(Debug)]
struct Written {
    item: Item,
    /// The number of the call, by which its provider tells it from others.
    call: Option<u64>,
    is_open: bool,
}

impl ToResponses {
    /// Of a stream of chat completions, or of Messages.
    pub(crate) fn new(form: Form, is_of_messages: bool) -> Self {
        Self {
            of_messages: is_of_messages.then(|| ToOpenAi::new(form.created_s, true)),
            form,
            sequence: 0,
            has_begun: false,
            model: Value::Null,
            items: Vec::new(),
            ending: Ending::Completed,
            usage: Value::Null,
        }
    }

    /// What one event of the provider becomes.
    pub(crate) fn translate(&mut self, event: &Value, out: &mut Vec<u8>) {
        match &mut self.of_messages {
            Some(to_openai) => {
                if let Some(chunk) = to_openai.chunk_of(event) {
                    self.take(&chunk, out);
                }
            }
            None if event.is_object() => self.take(event, out),
            None => {}
        }
    }

    /// The end, with all of the response.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        let status = self.ending.status();
        for at in 0..self.items.len() {
            self.close(at, status, out);
        }
        let shown =
            self.items.iter().enumerate().map(|(at, written)| self.form.item(at, &written.item, status));
        let output: Vec<Value> = shown.collect();
        let response = self.form.ended(self.ending, &self.model, &output, &self.usage);
        self.event(&format!("response.{status}"), json!({ "response": response }), out);
    }

    /// The number of the next event.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    fn take(&mut self, chunk: &Value, out: &mut Vec<u8>) {
        if !self.has_begun {
            self.begin(chunk, out);
        }
        if chunk["usage"].is_object() {
            self.usage = chunk["usage"].clone();
        }
        let choice = &chunk["choices"][0];
        let delta = &choice["delta"];
        for (field, empty) in [("content", Item::Said as fn(String) -> Item), ("refusal", Item::Refused)] {
            let said = text(delta, field);
            if !said.is_empty() {
                self.say(empty(String::new()), said, out);
            }
        }
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            self.call(call, out);
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            self.ending = Ending::of(reason);
        }
    }

    fn begin(&mut self, chunk: &Value, out: &mut Vec<u8>) {
        self.has_begun = true;
        self.model = chunk["model"].clone();
        for kind in ["response.created", "response.in_progress"] {
            let response = self.form.begun(&self.model);
            self.event(kind, json!({ "response": response }), out);
        }
    }

    fn say(&mut self, empty: Item, said: &str, out: &mut Vec<u8>) {
        let is_same = |written: &Written| {
            written.is_open && std::mem::discriminant(&written.item) == std::mem::discriminant(&empty)
        };
        if !self.items.last().is_some_and(is_same) {
            self.open(empty, None, out);
        }
        self.grow(self.items.len() - 1, said, out);
    }

    fn call(&mut self, call: &Value, out: &mut Vec<u8>) {
        let (number, id) = (call["index"].as_u64().unwrap_or(0), text(call, "id"));
        // Some servers give every call the same number; a new id is a new call all the same.
        let is_same = |written: &Written| match &written.item {
            Item::Called { call_id, .. } => written.call == Some(number) && (id.is_empty() || id == call_id),
            _ => false,
        };
        let at = match self.items.iter().rposition(is_same) {
            Some(at) => at,
            None => {
                let call_id = if id.is_empty() { format!("call_{number}") } else { id.to_owned() };
                let name = text(&call["function"], "name").to_owned();
                self.open(Item::Called { call_id, name, arguments: String::new() }, Some(number), out);
                self.items.len() - 1
            }
        };
        let arguments = match &call["function"]["arguments"] {
            Value::Object(arguments) => Value::Object(arguments.clone()).to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        if !arguments.is_empty() {
            self.grow(at, &arguments, out);
        }
    }

    /// Begins an item. Words end where something else begins; calls can come side by side.
    fn open(&mut self, item: Item, call: Option<u64>, out: &mut Vec<u8>) {
        if let Some(last) = self.items.len().checked_sub(1).filter(|last| self.items[*last].call.is_none()) {
            self.close(last, "completed", out);
        }
        let at = self.items.len();
        let shown = self.form.item(at, &item, "in_progress");
        let (item_id, part) = (self.form.item_id(at, &item), item.part());
        self.items.push(Written { item, call, is_open: true });
        self.event("response.output_item.added", json!({ "output_index": at, "item": shown }), out);
        if call.is_none() {
            let added = json!({ "item_id": item_id, "output_index": at, "content_index": 0, "part": part });
            self.event("response.content_part.added", added, out);
        }
    }

    fn grow(&mut self, at: usize, said: &str, out: &mut Vec<u8>) {
        let written = &mut self.items[at].item;
        let kind = match written {
            Item::Said(text) => {
                text.push_str(said);
                "response.output_text.delta"
            }
            Item::Refused(text) => {
                text.push_str(said);
                "response.refusal.delta"
            }
            Item::Called { arguments, .. } => {
                arguments.push_str(said);
                "response.function_call_arguments.delta"
            }
        };
        let mut told = self.place(at);
        told["delta"] = said.into();
        self.event(kind, told, out);
    }

    fn close(&mut self, at: usize, status: &str, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.items[at].is_open, false) {
            return;
        }
        let item = self.items[at].item.clone();
        let mut told = self.place(at);
        match &item {
            Item::Said(text) => told["text"] = text.as_str().into(),
            Item::Refused(text) => told["refusal"] = text.as_str().into(),
            Item::Called { name, arguments, .. } => {
                told["name"] = name.as_str().into();
                told["arguments"] = arguments.as_str().into();
            }
        }
        self.event(done(&item), told, out);
        if self.items[at].call.is_none() {
            let mut told = self.place(at);
            told.as_object_mut().map(|fields| fields.remove("logprobs"));
            told["part"] = item.part();
            self.event("response.content_part.done", told, out);
        }
        let shown = self.form.item(at, &item, status);
        self.event("response.output_item.done", json!({ "output_index": at, "item": shown }), out);
    }

    /// Where in the output it stands.
    fn place(&self, at: usize) -> Value {
        let item = &self.items[at].item;
        let mut place = json!({ "item_id": self.form.item_id(at, item), "output_index": at });
        if !matches!(item, Item::Called { .. }) {
            place["content_index"] = 0.into();
        }
        if matches!(item, Item::Said(_)) {
            place["logprobs"] = json!([]);
        }
        place
    }

    fn event(&mut self, kind: &str, mut fields: Value, out: &mut Vec<u8>) {
        fields["type"] = kind.into();
        fields["sequence_number"] = self.sequence.into();
        self.sequence += 1;
        out.extend_from_slice(format!("event: {kind}\ndata: {fields}\n\n").as_bytes());
    }
}

fn done(item: &Item) -> &'static str {
    match item {
        Item::Said(_) => "response.output_text.done",
        Item::Refused(_) => "response.refusal.done",
        Item::Called { .. } => "response.function_call_arguments.done",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(is_of_messages: bool, said: &[Value]) -> Vec<Value> {
        let mut translator = ToResponses::new(Form::new("7", 9, &json!({})), is_of_messages);
        let mut out = Vec::new();
        said.iter().for_each(|event| translator.translate(event, &mut out));
        translator.end(&mut out);
        let text = String::from_utf8(out).unwrap();
        text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect()
    }

    fn kinds(events: &[Value]) -> Vec<&str> {
        events.iter().map(|event| event["type"].as_str().unwrap().trim_start_matches("response.")).collect()
    }

    #[test]
    fn words_and_calls_come_as_items_and_the_end_has_them_all() {
        let call = |index, id: &str, arguments| json!({"choices": [{"delta": {"tool_calls": [{"index": index, "id": id, "function": {"name": "w", "arguments": arguments}}]}}]});
        let events = events(
            false,
            &[
                json!({"id": "x", "model": "gpt", "choices": [{"delta": {"role": "assistant", "content": ""}}]}),
                json!({"choices": [{"delta": {"content": "hi "}}]}),
                json!({"choices": [{"delta": {"content": "there"}}]}),
                call(0, "c1", "{\"a\""),
                call(1, "c2", "{"),
                call(0, "", ":1}"),
                call(1, "", "}"),
                json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}),
                json!({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 3}}),
                Value::Null,
            ],
        );
        let expected = [
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.delta",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
            "function_call_arguments.done",
            "output_item.done",
            "completed",
        ];
        assert_eq!(kinds(&events), expected);
        let numbers: Vec<_> = events.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (0..20).collect::<Vec<_>>());
        let response = &events[19]["response"];
        assert_eq!(response["output"][0]["content"][0]["text"], "hi there");
        assert_eq!(response["output"][1]["arguments"], "{\"a\":1}");
        assert_eq!(
            (&response["output"][2]["call_id"], &response["output"][2]["arguments"]),
            (&json!("c2"), &json!("{}"))
        );
        assert_eq!((&response["usage"]["total_tokens"], &response["model"]), (&json!(8), &json!("gpt")));
        assert_eq!(events[16]["item"], response["output"][1]);
    }

    #[test]
    fn calls_of_one_number_are_told_apart_by_their_ids() {
        let call = |id: &str| json!({"index": 0, "id": id, "function": {"name": "w", "arguments": {"a": 1}}});
        let events =
            events(false, &[json!({"choices": [{"delta": {"tool_calls": [call("c1"), call("c2")]}}]})]);
        let output = &events.last().unwrap()["response"]["output"];
        assert_eq!((&output[0]["call_id"], &output[1]["call_id"]), (&json!("c1"), &json!("c2")));
        assert_eq!(output[1]["arguments"], "{\"a\":1}");
    }

    #[test]
    fn messages_of_anthropic_become_a_response_and_a_cut_one_is_incomplete() {
        let events = events(
            true,
            &[
                json!({"type": "message_start", "message": {"id": "m1", "model": "claude", "usage": {"input_tokens": 3, "cache_read_input_tokens": 2, "output_tokens": 1}}}),
                json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
                json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}),
                json!({"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 4}}),
                json!({"type": "message_stop"}),
            ],
        );
        let last = events.last().unwrap();
        assert_eq!(last["type"], "response.incomplete");
        assert_eq!(last["response"]["incomplete_details"]["reason"], "max_output_tokens");
        assert_eq!(last["response"]["output"][0]["status"], "incomplete");
        let usage = &last["response"]["usage"];
        assert_eq!(
            (&usage["input_tokens"], &usage["input_tokens_details"]["cached_tokens"]),
            (&json!(5), &json!(2))
        );
        assert_eq!((&usage["output_tokens"], &last["response"]["model"]), (&json!(4), &json!("claude")));
    }

    #[test]
    fn a_refusal_is_a_part_of_its_own() {
        let events =
            events(false, &[json!({"choices": [{"delta": {"refusal": "no"}, "finish_reason": "stop"}]})]);
        assert_eq!(
            kinds(&events)[2..6],
            ["output_item.added", "content_part.added", "refusal.delta", "refusal.done"]
        );
        assert_eq!(events.last().unwrap()["response"]["output"][0]["content"][0]["refusal"], "no");
    }
}
