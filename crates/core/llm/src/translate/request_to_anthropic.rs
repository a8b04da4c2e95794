use serde_json::{Map, Value, json};

use super::{Untranslatable, image, text};
use crate::wire::ANTHROPIC_DEFAULT_MAX_TOKENS;

/// Fields whose loss would change what is answered.
const WITHOUT_COUNTERPART: [&str; 6] =
    ["response_format", "logprobs", "audio", "modalities", "functions", "web_search_options"];

/// A chat completion's request as one of Messages.
pub(super) fn translate(body: &Value, model: &str) -> Result<Value, Untranslatable> {
    check(body)?;
    let mut out = Map::new();
    out.insert("model".to_owned(), model.into());
    let cap = body["max_completion_tokens"].as_u64().or(body["max_tokens"].as_u64());
    out.insert("max_tokens".to_owned(), cap.unwrap_or(ANTHROPIC_DEFAULT_MAX_TOKENS).into());
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let system = system(messages);
    if !system.is_empty() {
        out.insert("system".to_owned(), system.into());
    }
    out.insert("messages".to_owned(), turns(messages)?.into());
    if let Some(tools) = body["tools"].as_array() {
        let tools = tools.iter().enumerate().map(|(at, given)| tool(at, given));
        out.insert("tools".to_owned(), tools.collect::<Result<Vec<_>, _>>()?.into());
    }
    if let Some(choice) = choice(body) {
        out.insert("tool_choice".to_owned(), choice);
    }
    // The scales differ above 1.
    if let Some(temperature) = body["temperature"].as_f64() {
        out.insert("temperature".to_owned(), temperature.min(1.0).into());
    }
    copy(body, "top_p", &mut out, "top_p");
    copy(body, "stream", &mut out, "stream");
    match &body["stop"] {
        Value::String(word) => drop(out.insert("stop_sequences".to_owned(), json!([word]))),
        Value::Array(words) => drop(out.insert("stop_sequences".to_owned(), words.clone().into())),
        _ => {}
    }
    if let Some(user) = body["user"].as_str() {
        out.insert("metadata".to_owned(), json!({ "user_id": user }));
    }
    Ok(Value::Object(out))
}

fn check(body: &Value) -> Result<(), Untranslatable> {
    for field in WITHOUT_COUNTERPART {
        let value = &body[field];
        let says_nothing = value.is_null()
            || *value == json!(false)
            || *value == json!({ "type": "text" })
            || *value == json!(["text"]);
        if !says_nothing {
            return Err(Untranslatable(field.to_owned()));
        }
    }
    if body["n"].as_u64().is_some_and(|n| n > 1) {
        return Err(Untranslatable("n".to_owned()));
    }
    Ok(())
}

fn copy(from: &Value, name: &str, to: &mut Map<String, Value>, new_name: &str) {
    if !from[name].is_null() {
        to.insert(new_name.to_owned(), from[name].clone());
    }
}

/// The instructions, which stand apart from the conversation here.
fn system(messages: &[Value]) -> String {
    let of_system = messages.iter().filter(|message| matches!(text(message, "role"), "system" | "developer"));
    of_system.map(|message| words(&message["content"])).collect::<Vec<_>>().join("\n\n")
}

/// The conversation with neighbours of one role joined: all results of one turn belong into one message.
fn turns(messages: &[Value]) -> Result<Vec<Value>, Untranslatable> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let (role, blocks) = match text(message, "role") {
            "system" | "developer" => continue,
            "assistant" => ("assistant", said(message, at)?),
            "tool" => ("user", vec![result(message, at)?]),
            "user" => ("user", content(&message["content"], at)?),
            _ => return Err(Untranslatable(format!("messages[{at}].role"))),
        };
        match turns.last_mut() {
            _ if blocks.is_empty() => {}
            Some((last, earlier)) if *last == role => earlier.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    Ok(turns.into_iter().map(|(role, content)| json!({ "role": role, "content": content })).collect())
}

/// What the model said and called.
fn said(message: &Value, at: usize) -> Result<Vec<Value>, Untranslatable> {
    let mut blocks = content(&message["content"], at)?;
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        let arguments = text(&call["function"], "arguments");
        let input = serde_json::from_str::<Map<String, Value>>(arguments).unwrap_or_else(|_| {
            let written =
                (!arguments.trim().is_empty()).then(|| ("malformed_arguments".to_owned(), arguments.into()));
            written.into_iter().collect()
        });
        let name = text(&call["function"], "name");
        blocks.push(json!({ "type": "tool_use", "id": call["id"], "name": name, "input": input }));
    }
    Ok(blocks)
}

fn result(message: &Value, at: usize) -> Result<Value, Untranslatable> {
    let content = content(&message["content"], at)?;
    Ok(json!({ "type": "tool_result", "tool_use_id": message["tool_call_id"], "content": content }))
}

/// A text, or parts of text and images. The protocol refuses blocks without words.
fn content(content: &Value, at: usize) -> Result<Vec<Value>, Untranslatable> {
    let block = |text: &str| (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text }));
    match content {
        Value::String(text) => Ok(block(text).into_iter().collect()),
        Value::Array(parts) => {
            let mut blocks = Vec::with_capacity(parts.len());
            for (index, part) in parts.iter().enumerate() {
                match text(part, "type") {
                    "text" => blocks.extend(block(text(part, "text"))),
                    "refusal" => blocks.extend(block(text(part, "refusal"))),
                    "image_url" => {
                        let source = image::to_source(text(&part["image_url"], "url"));
                        blocks.push(json!({ "type": "image", "source": source }));
                    }
                    _ => return Err(Untranslatable(format!("messages[{at}].content[{index}]"))),
                }
            }
            Ok(blocks)
        }
        Value::Null => Ok(Vec::new()),
        _ => Err(Untranslatable(format!("messages[{at}].content"))),
    }
}

fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(|part| text(part, "text")).collect::<Vec<_>>().join(""),
        _ => String::new(),
    }
}

/// A function with a name and a schema; other kinds of tools are the vendor's own.
fn tool(at: usize, tool: &Value) -> Result<Value, Untranslatable> {
    let function = &tool["function"];
    if text(function, "name").is_empty() {
        return Err(Untranslatable(format!("tools[{at}]")));
    }
    let schema = match &function["parameters"] {
        Value::Null => json!({ "type": "object" }),
        Value::Object(schema) => json!(schema),
        _ => return Err(Untranslatable(format!("tools[{at}].function.parameters"))),
    };
    let mut out = json!({ "name": function["name"], "input_schema": schema });
    if !function["description"].is_null() {
        out["description"] = function["description"].clone();
    }
    Ok(out)
}

fn choice(body: &Value) -> Option<Value> {
    let mut choice = match &body["tool_choice"] {
        Value::String(word) => match word.as_str() {
            "none" => json!({ "type": "none" }),
            "required" => json!({ "type": "any" }),
            _ => json!({ "type": "auto" }),
        },
        Value::Object(named) => json!({ "type": "tool", "name": named.get("function")?.get("name")? }),
        _ if body["parallel_tool_calls"] == false && body["tools"].is_array() => json!({ "type": "auto" }),
        _ => return None,
    };
    if body["parallel_tool_calls"] == false && choice["type"] != "none" {
        choice["disable_parallel_tool_use"] = true.into();
    }
    Some(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_with_tools_and_a_picture_is_said_in_the_other_words() {
        let body = json!({
            "model": "x", "max_tokens": 9, "temperature": 1.5, "stop": "END", "user": "u1", "stream": true,
            "tool_choice": "required", "parallel_tool_calls": false, "frequency_penalty": 1,
            "tools": [{"type": "function", "function": {"name": "w", "description": "d", "parameters": {"type": "object"}}}],
            "messages": [
                {"role": "system", "content": "brief"},
                {"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
                {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "w", "arguments": "{\"a\":1}"}}]},
                {"role": "tool", "tool_call_id": "c1", "content": "sun"},
                {"role": "user", "content": "so?"},
            ],
        });
        let expected = json!({
            "model": "claude", "max_tokens": 9, "system": "brief", "temperature": 1.0, "stream": true,
            "stop_sequences": ["END"], "metadata": {"user_id": "u1"},
            "tool_choice": {"type": "any", "disable_parallel_tool_use": true},
            "tools": [{"name": "w", "description": "d", "input_schema": {"type": "object"}}],
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}]},
                {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "w", "input": {"a": 1}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "sun"}]}, {"type": "text", "text": "so?"}]},
            ],
        });
        assert_eq!(translate(&body, "claude").unwrap(), expected);
    }

    #[test]
    fn what_would_change_the_answer_is_refused_by_name() {
        for (extra, field) in [
            (json!({"response_format": {"type": "json_object"}}), "response_format"),
            (json!({"n": 2}), "n"),
            (
                json!({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}),
                "messages[0].content[0]",
            ),
            (json!({"messages": [{"role": "function", "content": ""}]}), "messages[0].role"),
            (json!({"messages": [{"role": "user", "content": 5}]}), "messages[0].content"),
            (json!({"tools": [{"type": "custom", "custom": {"name": "w"}}]}), "tools[0]"),
            (
                json!({"tools": [{"function": {"name": "w", "parameters": "x"}}]}),
                "tools[0].function.parameters",
            ),
        ] {
            let mut body = json!({"messages": [{"role": "user", "content": "hi"}]});
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            assert_eq!(translate(&body, "m"), Err(Untranslatable(field.to_owned())));
        }
        let harmless =
            json!({"messages": [], "n": 1, "logprobs": false, "response_format": {"type": "text"}});
        assert!(translate(&harmless, "m").is_ok());
    }
}
