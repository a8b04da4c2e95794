//! What of a request may be said in other words, and what must be the same.

use serde_json::Value;

/// Longer texts are not compared: one word that matters hardly counts in them.
const LONGEST_BYTES: usize = 2_000;

/// The newest words of the user, apart from everything else.
#[derive(Debug, PartialEq)]
pub(crate) struct Comparable {
    pub(crate) text: String,
    /// The request without them.
    pub(crate) rest: Value,
}

/// Takes a request apart, in whichever dialect; none when it may call tools, or ends in something else than the user's words.
pub(crate) fn comparable(body: &[u8]) -> Option<Comparable> {
    let mut rest: Value = serde_json::from_slice(body).ok()?;
    if uses_tools(&rest) {
        return None;
    }
    let said = last_words(&mut rest)?;
    let text = words(said)?;
    *said = Value::Null;
    (!text.trim().is_empty() && text.len() <= LONGEST_BYTES).then_some(Comparable { text, rest })
}

/// Where the newest words of the conversation stand, if they are the user's.
fn last_words(request: &mut Value) -> Option<&mut Value> {
    let field = if request.get("messages").is_some() { "messages" } else { "input" };
    let conversation = request.get_mut(field)?;
    if conversation.is_string() {
        return Some(conversation);
    }
    let last = conversation.as_array_mut()?.last_mut()?;
    match last.get("role") {
        Some(role) if role == "user" => last.get_mut("content"),
        Some(_) => None,
        // In our own words a message is named by who says it.
        None => last.get_mut("user"),
    }
}

fn uses_tools(request: &Value) -> bool {
    let is_there = |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    let offers = ["tools", "functions"].iter().any(|field| request.get(field).is_some_and(is_there));
    let lists = ["messages", "input"].iter().filter_map(|field| request.get(field).and_then(Value::as_array));
    offers || lists.flatten().any(is_about_a_tool)
}

fn is_about_a_tool(message: &Value) -> bool {
    let of_content = |part: &Value| matches!(part["type"].as_str(), Some("tool_use" | "tool_result"));
    let calls = ["tool_calls", "function_call", "tool_call_id", "tool_result"];
    calls.iter().any(|field| message.get(field).is_some_and(|value| !value.is_null()))
        // An item of a response that is no message is a call, or what it came to.
        || message["type"].as_str().is_some_and(|kind| !matches!(kind, "message" | "reasoning"))
        || message["assistant"]["calls"].as_array().is_some_and(|calls| !calls.is_empty())
        || message["content"].as_array().is_some_and(|parts| parts.iter().any(of_content))
}

/// A text, or the only part of a content when that is one: pictures are not compared.
fn words(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => match parts.as_slice() {
            // A part that says more, as where a provider's cache ends, is left as it is.
            [part]
                if matches!(part["type"].as_str(), Some("text" | "input_text"))
                    && part.as_object()?.len() == 2 =>
            {
                Some(part["text"].as_str()?.to_owned())
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ChatRequest, Message};

    fn of(body: &Value) -> Option<Comparable> {
        comparable(body.to_string().as_bytes())
    }

    #[test]
    fn the_users_last_words_are_apart_in_every_dialect() {
        let asked = |content: Value| json!({"model": "m", "tools": [], "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": content}]});
        let plain = of(&asked(json!("hello"))).unwrap();
        assert_eq!((plain.text.as_str(), &plain.rest), ("hello", &asked(Value::Null)));
        assert_eq!(of(&asked(json!([{"type": "text", "text": "hello"}]))).unwrap(), plain);
        for input in
            [json!("hello"), json!([{"role": "user", "content": [{"type": "input_text", "text": "hello"}]}])]
        {
            assert_eq!(of(&json!({"model": "m", "input": input})).unwrap().text, "hello");
        }
        let ours = ChatRequest::new("m", vec![Message::System("s".into()), Message::User("hello".into())]);
        assert_eq!(comparable(&serde_json::to_vec(&ours).unwrap()).unwrap().text, "hello");
    }

    #[test]
    fn tools_pictures_and_long_texts_are_not_compared() {
        let user = json!({"role": "user", "content": "hello"});
        for body in [
            json!({"messages": [user], "tools": [{"type": "function"}]}),
            json!({"messages": [user], "functions": [{}]}),
            json!({"messages": [{"role": "assistant", "tool_calls": [{}]}, {"role": "tool", "tool_call_id": "1", "content": "x"}, user]}),
            json!({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}, user]}),
            json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image_url"}]}]}),
            json!({"messages": [user, {"role": "assistant", "content": "half"}]}),
            json!({"messages": [{"role": "user", "content": "x".repeat(LONGEST_BYTES + 1)}]}),
            json!({"messages": [{"role": "user", "content": " "}]}),
            json!({"messages": []}),
            json!({"input": [{"type": "function_call_output", "call_id": "1", "output": "x"}, user]}),
            json!({"input": 5}),
        ] {
            assert_eq!(of(&body), None, "{body}");
        }
        let turn = vec![
            Message::Assistant {
                text: None,
                calls: vec![crate::ToolCall::from_text("1".into(), "t".into(), "")],
            },
            Message::User("so?".into()),
        ];
        assert_eq!(comparable(&serde_json::to_vec(&ChatRequest::new("m", turn)).unwrap()), None);
    }
}
