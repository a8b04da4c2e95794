use serde_json::{Map, Value, json};

use super::output;
use crate::{ChatRequest, Message, Tool, ToolCall};

/// The protocol wants a cap; this one is used when the request has none.
/// The cap of a request that has none: Anthropic wants one.
pub(crate) const DEFAULT_MAX_TOKENS: u64 = 4_096;

/// The request's body.
pub(crate) fn question(model: &str, request: &ChatRequest) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert("max_tokens".to_owned(), request.max_tokens.map_or(DEFAULT_MAX_TOKENS, u64::from).into());
    let system = system(&request.messages);
    if !system.is_empty() {
        body.insert("system".to_owned(), system.into());
    }
    body.insert("messages".to_owned(), messages(&request.messages).into());
    if let Some(temperature) = request.temperature {
        body.insert("temperature".to_owned(), temperature.into());
    }
    let answer = output::tool(request);
    if answer.is_some() {
        body.insert("tool_choice".to_owned(), choice(request));
    }
    let tools: Vec<Value> = request.tools.iter().chain(answer.as_ref()).map(tool).collect();
    if !tools.is_empty() {
        body.insert("tools".to_owned(), tools.into());
    }
    Value::Object(body)
}

/// The instructions, which stand apart from the conversation here.
fn system(messages: &[Message]) -> String {
    let texts = messages.iter().filter_map(|message| match message {
        Message::System(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The conversation with neighbours of one role joined: all results of one turn belong into one message.
fn messages(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, blocks) = blocks(message);
        match turns.last_mut() {
            _ if blocks.is_empty() => {}
            Some((last, earlier)) if *last == role => earlier.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    turns.into_iter().map(|(role, content)| json!({ "role": role, "content": content })).collect()
}

fn blocks(message: &Message) -> (&'static str, Vec<Value>) {
    match message {
        Message::System(_) => ("user", Vec::new()),
        Message::User(text) => ("user", words(text).collect()),
        Message::Assistant { text, calls } => {
            ("assistant", words(text.as_deref().unwrap_or_default()).chain(calls.iter().map(call)).collect())
        }
        Message::ToolResult { call_id, content } => {
            ("user", vec![json!({ "type": "tool_result", "tool_use_id": call_id, "content": content })])
        }
    }
}

/// The protocol refuses blocks without words.
fn words(text: &str) -> impl Iterator<Item = Value> {
    (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text })).into_iter()
}

fn call(call: &ToolCall) -> Value {
    json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments_object() })
}

fn tool(tool: &Tool) -> Value {
    json!({ "name": tool.name, "description": tool.description, "input_schema": tool.input_schema })
}

/// With an output schema the model has to call something: the answer's tool, or first one of the others.
fn choice(request: &ChatRequest) -> Value {
    if request.tools.is_empty() {
        json!({ "type": "tool", "name": output::name(request) })
    } else {
        json!({ "type": "any" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(ids: &[&str]) -> Vec<ToolCall> {
        ids.iter().map(|id| ToolCall { id: (*id).into(), name: "t".into(), arguments: json!({}) }).collect()
    }

    #[test]
    fn the_results_of_one_turn_stand_in_one_message() {
        let request = ChatRequest::new(
            "m",
            vec![
                Message::System("be brief".into()),
                Message::User("u".into()),
                Message::Assistant { text: None, calls: calls(&["a", "b"]) },
                Message::ToolResult { call_id: "a".into(), content: "1".into() },
                Message::ToolResult { call_id: "b".into(), content: "2".into() },
                Message::User(" ".into()),
            ],
        );
        let expected = json!({
            "model": "m",
            "max_tokens": 4096,
            "system": "be brief",
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "u"}]},
                {"role": "assistant", "content": [
                    {"type": "tool_use", "id": "a", "name": "t", "input": {}},
                    {"type": "tool_use", "id": "b", "name": "t", "input": {}},
                ]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": "1"},
                    {"type": "tool_result", "tool_use_id": "b", "content": "2"},
                ]},
            ],
        });
        assert_eq!(question("m", &request), expected);
    }

    #[test]
    fn an_output_schema_becomes_a_tool_that_must_be_called() {
        let mut request = ChatRequest::new("m", vec![Message::User("u".into())]);
        request.output_schema =
            Some(json!({"type": "array", "items": {"$ref": "#/$defs/a"}, "$defs": {"a": {}}}));
        let body = question("m", &request);
        assert_eq!(body["tool_choice"], json!({"type": "tool", "name": "final_answer"}));
        assert_eq!(body["tools"][0]["input_schema"]["properties"]["value"]["type"], "array");
        assert_eq!(body["tools"][0]["input_schema"]["$defs"], json!({"a": {}}));

        request.tools =
            vec![Tool { name: "final_answer".into(), description: "d".into(), input_schema: json!({}) }];
        let body = question("m", &request);
        assert_eq!(
            (&body["tool_choice"], &body["tools"][1]["name"]),
            (&json!({"type": "any"}), &json!("final_answer_"))
        );
    }
}
