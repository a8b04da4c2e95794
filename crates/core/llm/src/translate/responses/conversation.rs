use serde_json::{Value, json};

use crate::translate::{Untranslatable, text};
use crate::wire::Dialect;

/// Instructions and items as the messages of a chat completion.
///
/// A model's words and calls that stand together are one message there; its reasoning is its own.
pub(super) fn conversation(body: &Value, to: Dialect) -> Result<Vec<Value>, Untranslatable> {
    let mut messages = Vec::new();
    if !text(body, "instructions").is_empty() {
        messages.push(json!({ "role": "system", "content": body["instructions"] }));
    }
    if let Value::String(words) = &body["input"] {
        messages.push(json!({ "role": "user", "content": words }));
    }
    for (at, item) in body["input"].as_array().into_iter().flatten().enumerate() {
        match text(item, "type") {
            "" | "message" => said(item, at, &mut messages)?,
            "function_call" => called(item, &mut messages),
            "function_call_output" => messages.push(answered(item, at, to)?),
            "reasoning" => {}
            _ => return Err(Untranslatable(format!("input[{at}]"))),
        }
    }
    Ok(messages)
}

fn said(item: &Value, at: usize, messages: &mut Vec<Value>) -> Result<(), Untranslatable> {
    let parts = parts(&item["content"], &format!("input[{at}].content"))?;
    match text(item, "role") {
        "user" => messages.push(json!({ "role": "user", "content": content(parts) })),
        "system" | "developer" => messages.push(json!({ "role": "system", "content": words(&parts) })),
        // Its words between a call and the call's answer belong to the message with the call.
        "assistant" => match messages.last_mut() {
            Some(last) if last["role"] == "assistant" && last["tool_calls"].is_array() => {
                last["content"] = format!("{}{}", text(last, "content"), words(&parts)).into();
            }
            _ => messages.push(json!({ "role": "assistant", "content": words(&parts) })),
        },
        _ => return Err(Untranslatable(format!("input[{at}].role"))),
    }
    Ok(())
}

fn called(item: &Value, messages: &mut Vec<Value>) {
    let function = json!({ "name": item["name"], "arguments": item["arguments"] });
    let call = json!({ "id": item["call_id"], "type": "function", "function": function });
    match messages.last_mut() {
        Some(last) if last["role"] == "assistant" => match last["tool_calls"].as_array_mut() {
            Some(calls) => calls.push(call),
            None => last["tool_calls"] = json!([call]),
        },
        _ => messages.push(json!({ "role": "assistant", "content": null, "tool_calls": [call] })),
    }
}

/// What a call came to; pictures only where a result may have some.
fn answered(item: &Value, at: usize, to: Dialect) -> Result<Value, Untranslatable> {
    let field = format!("input[{at}].output");
    let parts = parts(&item["output"], &field)?;
    let picture = parts.iter().position(|part| part["type"] != "text");
    if let Some(index) = picture.filter(|_| to != Dialect::Anthropic) {
        return Err(Untranslatable(format!("{field}[{index}]")));
    }
    Ok(json!({ "role": "tool", "tool_call_id": item["call_id"], "content": content(parts) }))
}

/// A text, or parts of text and images, as parts of a chat completion.
fn parts(content: &Value, field: &str) -> Result<Vec<Value>, Untranslatable> {
    if let Value::String(words) = content {
        return Ok(vec![json!({ "type": "text", "text": words })]);
    }
    let part = |(index, part): (usize, &Value)| match text(part, "type") {
        "input_text" | "output_text" | "text" => Ok(json!({ "type": "text", "text": part["text"] })),
        "refusal" => Ok(json!({ "type": "text", "text": part["refusal"] })),
        "input_image" if part["image_url"].is_string() => Ok(image(part)),
        // One that lies at the vendor is there under a name that nobody else knows.
        "input_image" => Err(Untranslatable(format!("{field}[{index}].file_id"))),
        _ => Err(Untranslatable(format!("{field}[{index}]"))),
    };
    let parts = content.as_array().ok_or_else(|| Untranslatable(field.to_owned()))?;
    parts.iter().enumerate().map(part).collect()
}

fn image(part: &Value) -> Value {
    let mut image = json!({ "url": part["image_url"] });
    if part["detail"].is_string() {
        image["detail"] = part["detail"].clone();
    }
    json!({ "type": "image_url", "image_url": image })
}

/// Parts as content: a plain text where there are only words, which every server reads.
fn content(parts: Vec<Value>) -> Value {
    match parts.iter().all(|part| part["type"] == "text") {
        true => words(&parts).into(),
        false => parts.into(),
    }
}

fn words(parts: &[Value]) -> String {
    parts.iter().map(|part| text(part, "text")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(input: &Value, to: Dialect) -> Result<Vec<Value>, Untranslatable> {
        conversation(&json!({ "input": input }), to)
    }

    #[test]
    fn items_become_messages_with_calls_beside_their_words_and_before_their_answers() {
        let input = json!([
            {"role": "developer", "content": "brief"},
            {"role": "user", "content": [{"type": "input_text", "text": "see"}, {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"}]},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "let me", "annotations": []}]},
            {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "w", "arguments": "{\"a\":1}"},
            {"type": "function_call", "call_id": "c2", "name": "v", "arguments": "{}"},
            {"type": "message", "role": "assistant", "content": " look"},
            {"type": "function_call_output", "call_id": "c1", "output": "sun"},
            {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "rain"}]},
            {"role": "user", "content": "so?"},
        ]);
        let call = |id, name, arguments| json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
        let expected = json!([
            {"role": "system", "content": "brief"},
            {"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}}]},
            {"role": "assistant", "content": "let me look", "tool_calls": [call("c1", "w", "{\"a\":1}"), call("c2", "v", "{}")]},
            {"role": "tool", "tool_call_id": "c1", "content": "sun"},
            {"role": "tool", "tool_call_id": "c2", "content": "rain"},
            {"role": "user", "content": "so?"},
        ]);
        assert_eq!(Value::from(of(&input, Dialect::OpenAi).unwrap()), expected);
    }

    #[test]
    fn what_has_no_counterpart_is_named_by_its_place() {
        let of_user =
            |part: Value| json!([{"role": "user", "content": [{"type": "input_text", "text": "a"}, part]}]);
        for (input, field) in [
            (of_user(json!({"type": "input_file", "file_id": "f"})), "input[0].content[1]"),
            (of_user(json!({"type": "input_image", "file_id": "f"})), "input[0].content[1].file_id"),
            (json!([{"role": "critic", "content": "no"}]), "input[0].role"),
            (json!([{"role": "user", "content": 5}]), "input[0].content"),
            (json!([{"type": "function_call_output", "call_id": "c"}]), "input[0].output"),
            (json!([{"type": "item_reference", "id": "msg_1"}]), "input[0]"),
            (json!([{"type": "web_search_call", "id": "ws_1"}]), "input[0]"),
        ] {
            assert_eq!(of(&input, Dialect::OpenAi), Err(Untranslatable(field.to_owned())));
        }
    }

    #[test]
    fn a_result_has_pictures_only_where_the_protocol_takes_them() {
        let picture = json!({"type": "input_image", "image_url": "https://a/b.png"});
        let input = json!([{"type": "function_call_output", "call_id": "c", "output": [picture]}]);
        assert_eq!(of(&input, Dialect::OpenAi), Err(Untranslatable("input[0].output[0]".to_owned())));
        assert_eq!(of(&input, Dialect::Anthropic).unwrap()[0]["content"][0]["type"], "image_url");
    }
}
