use serde_json::{Map, Value, json};

use super::{Untranslatable, image, text};

/// A request of Messages as one of chat completions; `caps_completions` chooses the name of the cap.
pub(super) fn translate(body: &Value, model: &str, caps_completions: bool) -> Result<Value, Untranslatable> {
    let mut out = Map::new();
    out.insert("model".to_owned(), model.into());
    let mut messages = Vec::new();
    let system = words(&body["system"]);
    if !system.is_empty() {
        messages.push(json!({ "role": "system", "content": system }));
    }
    for (at, message) in body["messages"].as_array().into_iter().flatten().enumerate() {
        match text(message, "role") {
            "user" => asked(message, at, &mut messages)?,
            "assistant" => messages.push(said(message, at)?),
            _ => return Err(Untranslatable(format!("messages[{at}].role"))),
        }
    }
    out.insert("messages".to_owned(), messages.into());
    let cap = if caps_completions { "max_completion_tokens" } else { "max_tokens" };
    for (name, new_name) in
        [("max_tokens", cap), ("temperature", "temperature"), ("top_p", "top_p"), ("stop_sequences", "stop")]
    {
        if !body[name].is_null() {
            out.insert(new_name.to_owned(), body[name].clone());
        }
    }
    if body["stream"] == true {
        out.insert("stream".to_owned(), true.into());
        out.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    tools(body, &mut out)?;
    if let Some(user) = body["metadata"]["user_id"].as_str() {
        out.insert("user".to_owned(), user.into());
    }
    Ok(Value::Object(out))
}

fn tools(body: &Value, out: &mut Map<String, Value>) -> Result<(), Untranslatable> {
    let Some(tools) = body["tools"].as_array() else { return Ok(()) };
    let mut functions = Vec::with_capacity(tools.len());
    for (at, tool) in tools.iter().enumerate() {
        // The provider's own tools (search, computer use) have a type and no schema.
        if !tool["input_schema"].is_object() || text(tool, "name").is_empty() {
            return Err(Untranslatable(format!("tools[{at}]")));
        }
        let mut function = json!({ "name": tool["name"], "parameters": tool["input_schema"] });
        if !tool["description"].is_null() {
            function["description"] = tool["description"].clone();
        }
        functions.push(json!({ "type": "function", "function": function }));
    }
    out.insert("tools".to_owned(), functions.into());
    let choice = &body["tool_choice"];
    let word = match text(choice, "type") {
        "any" => Some(json!("required")),
        "none" => Some(json!("none")),
        "auto" => Some(json!("auto")),
        "tool" => Some(json!({ "type": "function", "function": { "name": choice["name"] } })),
        _ => None,
    };
    out.extend(word.map(|word| ("tool_choice".to_owned(), word)));
    if choice["disable_parallel_tool_use"] == true {
        out.insert("parallel_tool_calls".to_owned(), false.into());
    }
    Ok(())
}

/// The results of calls, each a message of its own, and then what the user says.
fn asked(message: &Value, at: usize, out: &mut Vec<Value>) -> Result<(), Untranslatable> {
    if let Value::String(text) = &message["content"] {
        out.push(json!({ "role": "user", "content": text }));
        return Ok(());
    }
    check_blocks(message, at)?;
    let mut parts = Vec::new();
    for (index, block) in message["content"].as_array().into_iter().flatten().enumerate() {
        match text(block, "type") {
            "text" => parts.push(json!({ "type": "text", "text": block["text"] })),
            "image" => match image::to_url(&block["source"]) {
                Some(url) => parts.push(json!({ "type": "image_url", "image_url": { "url": url } })),
                None => return Err(Untranslatable(format!("messages[{at}].content[{index}].source"))),
            },
            "tool_result" => {
                let content = words(&block["content"]);
                out.push(json!({ "role": "tool", "tool_call_id": block["tool_use_id"], "content": content }));
            }
            _ => return Err(Untranslatable(format!("messages[{at}].content[{index}]"))),
        }
    }
    if !parts.is_empty() {
        out.push(json!({ "role": "user", "content": parts }));
    }
    Ok(())
}

fn check_blocks(message: &Value, at: usize) -> Result<(), Untranslatable> {
    match &message["content"] {
        Value::Array(_) => Ok(()),
        _ => Err(Untranslatable(format!("messages[{at}].content"))),
    }
}

/// What the model said and called; its thinking is its own.
fn said(message: &Value, at: usize) -> Result<Value, Untranslatable> {
    if let Value::String(text) = &message["content"] {
        return Ok(json!({ "role": "assistant", "content": text }));
    }
    check_blocks(message, at)?;
    let (mut said, mut calls) = (String::new(), Vec::new());
    for (index, block) in message["content"].as_array().into_iter().flatten().enumerate() {
        match text(block, "type") {
            "text" => said.push_str(text(block, "text")),
            "tool_use" => {
                let arguments = block["input"].to_string();
                let function = json!({ "name": block["name"], "arguments": arguments });
                calls.push(json!({ "id": block["id"], "type": "function", "function": function }));
            }
            "thinking" | "redacted_thinking" => {}
            _ => return Err(Untranslatable(format!("messages[{at}].content[{index}]"))),
        }
    }
    let content = if said.is_empty() { Value::Null } else { said.into() };
    let mut out = json!({ "role": "assistant", "content": content });
    if !calls.is_empty() {
        out["tool_calls"] = calls.into();
    }
    Ok(out)
}

/// A text, or the words of text blocks.
fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().map(|block| text(block, "text")).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_with_tools_and_a_picture_is_said_in_the_other_words() {
        let body = json!({
            "model": "x", "max_tokens": 9, "system": [{"type": "text", "text": "brief", "cache_control": {}}], "stream": true,
            "stop_sequences": ["END"], "top_k": 5, "metadata": {"user_id": "u1"},
            "tools": [{"name": "w", "input_schema": {"type": "object"}}], "tool_choice": {"type": "tool", "name": "w"},
            "messages": [
                {"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://a/b.png"}}]},
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "let me"}, {"type": "tool_use", "id": "t1", "name": "w", "input": {"a": 1}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "sun"}]}, {"type": "text", "text": "so?"}]},
            ],
        });
        let expected = json!({
            "model": "gpt", "max_tokens": 9, "stop": ["END"], "stream": true, "stream_options": {"include_usage": true}, "user": "u1",
            "tools": [{"type": "function", "function": {"name": "w", "parameters": {"type": "object"}}}],
            "tool_choice": {"type": "function", "function": {"name": "w"}},
            "messages": [
                {"role": "system", "content": "brief"},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a/b.png"}}]},
                {"role": "assistant", "content": "let me", "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "w", "arguments": "{\"a\":1}"}}]},
                {"role": "tool", "tool_call_id": "t1", "content": "sun"},
                {"role": "user", "content": [{"type": "text", "text": "so?"}]},
            ],
        });
        assert_eq!(translate(&body, "gpt", false).unwrap(), expected);
        assert_eq!(translate(&body, "gpt", true).unwrap()["max_completion_tokens"], 9);
    }

    #[test]
    fn what_would_change_the_answer_is_refused_by_name() {
        let of = |content: Value| json!({"messages": [{"role": "user", "content": content}]});
        for (body, field) in [
            (of(json!([{"type": "document"}])), "messages[0].content[0]"),
            (of(json!(5)), "messages[0].content"),
            (json!({"tools": [{"name": "w", "input_schema": "x"}]}), "tools[0]"),
            (of(json!([{"type": "image", "source": {"type": "file"}}])), "messages[0].content[0].source"),
            (json!({"tools": [{"type": "web_search_20250305", "name": "s"}]}), "tools[0]"),
        ] {
            assert_eq!(translate(&body, "m", false), Err(Untranslatable(field.to_owned())));
        }
    }
}
