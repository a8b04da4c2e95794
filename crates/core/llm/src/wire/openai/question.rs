use serde_json::{Map, Value, json};

use crate::{ChatRequest, Message, Tool, ToolCall};

/// What the cap on written tokens is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitName {
    /// The only name that OpenAI's reasoning models know.
    MaxCompletionTokens,
    /// The older name, which every other server knows.
    MaxTokens,
}

/// The request's body.
pub(crate) fn question(model: &str, request: &ChatRequest, limit: LimitName) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert("messages".to_owned(), request.messages.iter().map(message).collect());
    if !request.tools.is_empty() {
        body.insert("tools".to_owned(), request.tools.iter().map(tool).collect());
    }
    if let Some(temperature) = request.temperature {
        body.insert("temperature".to_owned(), temperature.into());
    }
    if let Some(max_tokens) = request.max_tokens {
        let name = match limit {
            LimitName::MaxCompletionTokens => "max_completion_tokens",
            LimitName::MaxTokens => "max_tokens",
        };
        body.insert(name.to_owned(), max_tokens.into());
    }
    if let Some(schema) = &request.output_schema {
        let format = json!({ "type": "json_schema", "json_schema": { "name": "answer", "schema": schema } });
        body.insert("response_format".to_owned(), format);
    }
    Value::Object(body)
}

fn message(message: &Message) -> Value {
    match message {
        Message::System(text) => json!({ "role": "system", "content": text }),
        Message::User(text) => json!({ "role": "user", "content": text }),
        Message::Assistant { text, calls } if calls.is_empty() => {
            json!({ "role": "assistant", "content": text.as_deref().unwrap_or_default() })
        }
        Message::Assistant { text, calls } => {
            json!({ "role": "assistant", "content": text, "tool_calls": calls.iter().map(call).collect::<Value>() })
        }
        Message::ToolResult { call_id, content } => {
            json!({ "role": "tool", "tool_call_id": call_id, "content": content })
        }
    }
}

fn call(call: &ToolCall) -> Value {
    let arguments = call.arguments_object().to_string();
    json!({ "id": call.id, "type": "function", "function": { "name": call.name, "arguments": arguments } })
}

fn tool(tool: &Tool) -> Value {
    let Tool { name, description, input_schema } = tool;
    json!({ "type": "function", "function": { "name": name, "description": description, "parameters": input_schema } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_written_as_chat_completions_have_it() {
        let calls = vec![ToolCall { id: "c1".into(), name: "orders".into(), arguments: json!({"id": "7"}) }];
        let request = ChatRequest {
            model: None,
            messages: vec![
                Message::System("s".into()),
                Message::User("u".into()),
                Message::Assistant { text: None, calls },
                Message::ToolResult { call_id: "c1".into(), content: "{}".into() },
                Message::Assistant { text: Some("a".into()), calls: vec![] },
            ],
            tools: vec![Tool {
                name: "orders".into(),
                description: "d".into(),
                input_schema: json!({"type": "object"}),
            }],
            temperature: Some(0.7),
            max_tokens: Some(50),
            output_schema: Some(json!({"type": "object"})),
        };
        let expected = json!({
            "model": "m",
            "messages": [
                {"role": "system", "content": "s"},
                {"role": "user", "content": "u"},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "orders", "arguments": "{\"id\":\"7\"}"}}
                ]},
                {"role": "tool", "tool_call_id": "c1", "content": "{}"},
                {"role": "assistant", "content": "a"},
            ],
            "tools": [{"type": "function", "function": {"name": "orders", "description": "d", "parameters": {"type": "object"}}}],
            "temperature": 0.7,
            "max_tokens": 50,
            "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
        });
        assert_eq!(question("m", &request, LimitName::MaxTokens), expected);
        assert_eq!(question("m", &request, LimitName::MaxCompletionTokens)["max_completion_tokens"], 50);
    }

    #[test]
    fn what_was_not_asked_for_is_not_written() {
        let body =
            question("m", &ChatRequest::new("m", vec![Message::User("u".into())]), LimitName::MaxTokens);
        assert_eq!(body, json!({"model": "m", "messages": [{"role": "user", "content": "u"}]}));
    }

    #[test]
    fn malformed_arguments_are_sent_back_as_json() {
        let bad = ToolCall { id: "c".into(), name: "t".into(), arguments: "{oops".into() };
        assert_eq!(call(&bad)["function"]["arguments"], "{\"malformed_arguments\":\"{oops\"}");
    }
}
