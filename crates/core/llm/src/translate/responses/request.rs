use serde_json::{Map, Value, json};

use super::conversation::conversation;
use crate::Wire;
use crate::translate::{Untranslatable, text};
use crate::wire::Dialect;

/// A request for a response as one for a chat completion, which `to` speaks or is translated to in its turn.
pub(in crate::translate) fn translate(
    body: &Value,
    (to, model): (Wire, &str),
) -> Result<Value, Untranslatable> {
    check(body, to)?;
    let mut out = Map::new();
    out.insert("model".to_owned(), model.into());
    out.insert("messages".to_owned(), conversation(body, to.dialect())?.into());
    let cap = if to.caps_completions() { "max_completion_tokens" } else { "max_tokens" };
    for (value, name) in [
        (&body["max_output_tokens"], cap),
        (&body["temperature"], "temperature"),
        (&body["top_p"], "top_p"),
        (&body["user"], "user"),
        (&body["reasoning"]["effort"], "reasoning_effort"),
    ] {
        insert(&mut out, name, value.clone());
    }
    insert(&mut out, "response_format", format(&body["text"]["format"])?);
    tools(body, &mut out)?;
    if body["stream"] == true {
        out.insert("stream".to_owned(), true.into());
        out.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    Ok(Value::Object(out))
}

fn insert(out: &mut Map<String, Value>, name: &str, value: Value) {
    if !value.is_null() {
        out.insert(name.to_owned(), value);
    }
}

/// What only the vendor's own service can do.
fn check(body: &Value, to: Wire) -> Result<(), Untranslatable> {
    let wants_probabilities = body["top_logprobs"].as_u64().is_some_and(|count| count > 0);
    let included = body["include"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let has_format = !matches!(text(&body["text"]["format"], "type"), "" | "text");
    for (is_asked, field) in [
        (!body["prompt"].is_null(), "prompt"),
        (wants_probabilities, "top_logprobs"),
        (included.into_iter().any(|what| what.ends_with("logprobs")), "include"),
        (has_format && to.dialect() == Dialect::Anthropic, "text.format"),
    ] {
        if is_asked {
            return Err(Untranslatable(field.to_owned()));
        }
    }
    Ok(())
}

/// The form of the answer's text; a schema stands one level deeper here.
fn format(format: &Value) -> Result<Value, Untranslatable> {
    match text(format, "type") {
        "" | "text" => Ok(Value::Null),
        "json_object" => Ok(json!({ "type": "json_object" })),
        "json_schema" => {
            let mut schema = format.clone();
            schema.as_object_mut().map(|fields| fields.remove("type"));
            Ok(json!({ "type": "json_schema", "json_schema": schema }))
        }
        _ => Err(Untranslatable("text.format".to_owned())),
    }
}

fn tools(body: &Value, out: &mut Map<String, Value>) -> Result<(), Untranslatable> {
    let tools = body["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    if tools.is_empty() {
        return Ok(());
    }
    let functions = tools.iter().enumerate().map(|(at, tool)| function(at, tool));
    out.insert("tools".to_owned(), functions.collect::<Result<Vec<_>, _>>()?.into());
    let choice = match &body["tool_choice"] {
        Value::Object(choice) if choice.get("type").is_some_and(|kind| kind == "function") => {
            json!({ "type": "function", "function": { "name": choice.get("name") } })
        }
        Value::Object(_) => return Err(Untranslatable("tool_choice".to_owned())),
        word => word.clone(),
    };
    insert(out, "tool_choice", choice);
    insert(out, "parallel_tool_calls", body["parallel_tool_calls"].clone());
    Ok(())
}

/// A function; the vendor's own tools (search, computers, images) are nobody else's.
fn function(at: usize, tool: &Value) -> Result<Value, Untranslatable> {
    let has_schema = tool["parameters"].is_object() || tool["parameters"].is_null();
    if tool["type"] != "function" || text(tool, "name").is_empty() || !has_schema {
        return Err(Untranslatable(format!("tools[{at}]")));
    }
    let mut function = Map::new();
    for name in ["name", "description", "parameters", "strict"] {
        insert(&mut function, name, tool[name].clone());
    }
    Ok(json!({ "type": "function", "function": function }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_tools_and_the_form_of_the_answer_are_said_in_the_other_words() {
        let schema = json!({"type": "object"});
        let body = json!({
            "model": "x", "input": "hi", "instructions": "be brief", "max_output_tokens": 9, "temperature": 0.5,
            "stream": true, "store": false, "metadata": {"a": "b"}, "include": ["reasoning.encrypted_content"],
            "reasoning": {"effort": "low", "summary": "auto"},
            "text": {"verbosity": "low", "format": {"type": "json_schema", "name": "answer", "strict": true, "schema": schema}},
            "tools": [{"type": "function", "name": "w", "description": "d", "parameters": schema, "strict": null}],
            "tool_choice": {"type": "function", "name": "w"}, "parallel_tool_calls": false,
        });
        let expected = json!({
            "model": "m", "max_tokens": 9, "temperature": 0.5, "reasoning_effort": "low",
            "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": schema}},
            "tools": [{"type": "function", "function": {"name": "w", "description": "d", "parameters": schema}}],
            "tool_choice": {"type": "function", "function": {"name": "w"}}, "parallel_tool_calls": false,
            "stream": true, "stream_options": {"include_usage": true},
        });
        assert_eq!(translate(&body, (Wire::OpenAiCompatible, "m")).unwrap(), expected);
        let plain = json!({"input": "hi", "max_output_tokens": 9, "tools": [], "tool_choice": "auto"});
        let plain = translate(&plain, (Wire::OpenAi, "m")).unwrap();
        assert_eq!(plain["max_completion_tokens"], 9);
        assert!(plain.get("tools").is_none() && plain.get("tool_choice").is_none(), "{plain}");
    }

    #[test]
    fn what_would_change_the_answer_is_refused_by_name() {
        for (extra, field) in [
            (json!({"prompt": {"id": "pmpt_1"}}), "prompt"),
            (json!({"top_logprobs": 3}), "top_logprobs"),
            (json!({"include": ["message.output_text.logprobs"]}), "include"),
            (json!({"tools": [{"type": "function", "name": "w"}, {"type": "web_search"}]}), "tools[1]"),
            (
                json!({"tools": [{"type": "function", "name": "w"}], "tool_choice": {"type": "allowed_tools"}}),
                "tool_choice",
            ),
            (json!({"text": {"format": {"type": "grammar"}}}), "text.format"),
        ] {
            let mut body = json!({"input": "hi"});
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            let refused = translate(&body, (Wire::OpenAiCompatible, "m"));
            assert_eq!(refused, Err(Untranslatable(field.to_owned())));
        }
        let body = json!({"input": "hi", "text": {"format": {"type": "json_object"}}});
        assert_eq!(translate(&body, (Wire::Anthropic, "m")), Err(Untranslatable("text.format".to_owned())));
    }
}
