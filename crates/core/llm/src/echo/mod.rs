//! The simulation: answers by rule, asks nobody, and says so.

mod arguments;
mod instance;
mod leaf;
mod schema;

use serde_json::Value;

use crate::{ChatAnswer, ChatRequest, Finish, Message, ToolCall, Usage};

/// What every simulated text begins with.
const LABEL: &str = "[simulated]";

/// Whether the model is the simulation: `echo` or `echo/anything`.
pub(crate) fn is_echo(model: &str) -> bool {
    model == "echo" || model.starts_with("echo/")
}

/// The same request always has the same answer.
pub(crate) fn answer(model: &str, request: &ChatRequest) -> ChatAnswer {
    let asked = request.last_user_text().unwrap_or_default();
    let calls = calls(request, asked);
    let (text, finish) =
        if calls.is_empty() { (Some(text(request, asked)), Finish::Stop) } else { (None, Finish::ToolCalls) };
    let usage = usage(request, text.as_deref(), &calls);
    ChatAnswer { text, calls, usage, model: model.to_owned(), finish, simulated: true }
}

/// Every tool whose arguments are at hand, as long as none has given a result.
fn calls(request: &ChatRequest, asked: &str) -> Vec<ToolCall> {
    if results(request).next().is_some() {
        return Vec::new();
    }
    let given = serde_json::from_str(asked).unwrap_or_default();
    let arguments =
        request.tools.iter().map(|tool| (tool, arguments::fill(&tool.input_schema, asked, &given)));
    let fillable = arguments.filter_map(|(tool, arguments)| Some((tool, arguments?))).enumerate();
    fillable
        .map(|(index, (tool, arguments))| ToolCall {
            id: format!("call_{index}"),
            name: tool.name.clone(),
            arguments: Value::Object(arguments),
        })
        .collect()
}

fn text(request: &ChatRequest, asked: &str) -> String {
    if let Some(schema) = &request.output_schema {
        let given = serde_json::from_str(asked).unwrap_or_default();
        return instance::of(schema, &given).to_string();
    }
    let results: Vec<&str> = results(request).collect();
    let said = if results.is_empty() { asked.to_owned() } else { results.join("\n") };
    format!("{LABEL} {said}")
}

fn results(request: &ChatRequest) -> impl Iterator<Item = &str> {
    request.messages.iter().filter_map(|message| match message {
        Message::ToolResult { content, .. } => Some(content.as_str()),
        _ => None,
    })
}

/// Four characters a token: the usual estimate for English.
fn usage(request: &ChatRequest, text: Option<&str>, calls: &[ToolCall]) -> Usage {
    let read: usize = request.messages.iter().map(characters).sum();
    let written = text.map_or(0, |text| text.chars().count()) + written(calls);
    Usage { input_tokens: read as u64 / 4, output_tokens: written as u64 / 4, ..Usage::default() }
}

fn characters(message: &Message) -> usize {
    match message {
        Message::System(text) | Message::User(text) => text.chars().count(),
        Message::Assistant { text, calls } => {
            text.as_ref().map_or(0, |text| text.chars().count()) + written(calls)
        }
        Message::ToolResult { content, .. } => content.chars().count(),
    }
}

fn written(calls: &[ToolCall]) -> usize {
    calls.iter().map(|call| call.name.chars().count() + call.arguments.to_string().chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Tool;

    fn tool(name: &str, input_schema: Value) -> Tool {
        Tool { name: name.into(), description: String::new(), input_schema }
    }

    fn ask(messages: Vec<Message>, tools: Vec<Tool>) -> ChatAnswer {
        answer("echo", &ChatRequest { tools, ..ChatRequest::new("echo", messages) })
    }

    fn user(text: &str) -> Message {
        Message::User(text.into())
    }

    #[test]
    fn only_its_own_names_are_the_simulation() {
        assert!(is_echo("echo") && is_echo("echo/gpt-4o"));
        assert!(!is_echo("echoes") && !is_echo("xai/echo") && !is_echo(""));
    }

    #[test]
    fn without_tools_it_says_what_the_user_said_and_that_it_is_none() {
        let answer = ask(vec![Message::System("s".into()), user("first"), user("hello there")], vec![]);
        assert_eq!(answer.text.as_deref(), Some("[simulated] hello there"));
        assert!(answer.simulated && answer.calls.is_empty() && answer.finish == Finish::Stop);
        assert_eq!(answer.usage, Usage { input_tokens: 17 / 4, output_tokens: 23 / 4, ..Usage::default() });
    }

    #[test]
    fn it_calls_every_tool_whose_required_arguments_it_has() {
        let integer = json!({"properties": {"id": {"type": "integer"}}, "required": ["id"]});
        let other = json!({"properties": {"id": {"type": "string"}, "day": {}}, "required": ["id", "day"]});
        let word = json!({"properties": {"question": {"type": "string"}}, "required": ["question"]});
        let tools = vec![tool("orders", integer), tool("missing", other), tool("search", word)];
        let answer = ask(vec![user(r#"{"id": 7}"#)], tools);
        let names: Vec<_> = answer.calls.iter().map(|call| (call.id.as_str(), call.name.as_str())).collect();
        assert_eq!(names, [("call_0", "orders"), ("call_1", "search")]);
        assert_eq!(answer.calls[0].arguments, json!({"id": 7}));
        assert_eq!(answer.calls[1].arguments, json!({"question": r#"{"id": 7}"#}));
        assert_eq!((answer.text, answer.finish), (None, Finish::ToolCalls));
    }

    #[test]
    fn with_a_result_it_calls_nothing_and_says_the_results() {
        let result =
            |id: &str, content: &str| Message::ToolResult { call_id: id.into(), content: content.into() };
        let messages = vec![user("q"), result("call_0", "sunny"), result("call_1", "{\"n\":1}")];
        let answer = ask(messages, vec![tool("t", json!({}))]);
        assert_eq!(answer.text.as_deref(), Some("[simulated] sunny\n{\"n\":1}"));
        assert!(answer.calls.is_empty());
    }

    #[test]
    fn with_an_output_schema_it_answers_an_instance() {
        let schema = json!({"type": "object", "properties": {"total": {"type": "number"}, "kind": {"enum": ["a", "b"]}},
            "required": ["total", "kind"]});
        let request = ChatRequest {
            output_schema: Some(schema),
            ..ChatRequest::new("echo", vec![user(r#"{"total": 3}"#)])
        };
        assert_eq!(answer("echo", &request).text.as_deref(), Some(r#"{"total":3,"kind":"a"}"#));
    }
}
