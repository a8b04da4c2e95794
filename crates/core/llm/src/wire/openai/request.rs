//! A client's chat completion as a question in our own words: what the simulation answers.

use serde_json::Value;

use crate::{ChatRequest, Message, Tool, ToolCall};

/// The question; the error is the field at fault and what is wrong with it.
pub(crate) fn request(body: &Value) -> Result<ChatRequest, (String, String)> {
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let messages = messages.iter().enumerate().map(message).collect::<Result<_, _>>()?;
    let tools = body["tools"].as_array().into_iter().flatten().map(|tool| {
        let function = &tool["function"];
        Tool {
            name: text(&function["name"]),
            description: text(&function["description"]),
            input_schema: function["parameters"].clone(),
        }
    });
    let schema = &body["response_format"]["json_schema"]["schema"];
    Ok(ChatRequest {
        model: body["model"].as_str().map(str::to_owned),
        messages,
        tools: tools.collect(),
        output_schema: (!schema.is_null()).then(|| schema.clone()),
        ..ChatRequest::default()
    })
}

fn message((at, message): (usize, &Value)) -> Result<Message, (String, String)> {
    let content = text(&message["content"]);
    match message["role"].as_str() {
        Some("system" | "developer") => Ok(Message::System(content)),
        Some("user") => Ok(Message::User(content)),
        Some("tool") => Ok(Message::ToolResult { call_id: text(&message["tool_call_id"]), content }),
        Some("assistant") => {
            let calls = message["tool_calls"].as_array().into_iter().flatten().map(|call| {
                let function = &call["function"];
                ToolCall::from_text(text(&call["id"]), text(&function["name"]), &text(&function["arguments"]))
            });
            Ok(Message::Assistant { text: (!content.is_empty()).then_some(content), calls: calls.collect() })
        }
        _ => Err((format!("messages[{at}].role"), "is none of system, user, assistant, tool".to_owned())),
    }
}

/// A text, or the text parts of a content.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}
