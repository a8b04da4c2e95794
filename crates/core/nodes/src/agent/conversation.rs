use llm::{ChatRequest, Message, Tool, ToolCall};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::ask::Manner;
use crate::{Error, config};

/// What the engine writes for one turn.
#[derive(Debug, Deserialize)]
struct Turn {
    model: Option<String>,
    temperature: Option<f64>,
    max_tokens: Option<u32>,
    messages: Vec<Said>,
    #[serde(default)]
    tools: Vec<Offered>,
    output_schema: Option<Json>,
    #[serde(flatten)]
    manner: Manner,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
enum Said {
    System {
        content: String,
    },
    User {
        content: String,
    },
    Assistant {
        #[serde(default)]
        content: Option<String>,
        #[serde(default)]
        calls: Vec<Called>,
    },
    Tool {
        #[serde(rename = "callId")]
        call_id: String,
        content: String,
    },
}

#[derive(Debug, Deserialize)]
struct Called {
    id: String,
    name: String,
    #[serde(default)]
    arguments: Json,
}

#[derive(Debug, Deserialize)]
struct Offered {
    name: String,
    #[serde(default)]
    description: String,
    input_schema: Json,
}

/// The engine's account of the conversation as a request.
pub(super) fn read(config: Json) -> Result<(ChatRequest, Manner), Error> {
    let turn: Turn = config::read(config)?;
    let request = ChatRequest {
        model: turn.model,
        messages: turn.messages.into_iter().map(message).collect(),
        tools: turn.tools.into_iter().map(tool).collect(),
        temperature: turn.temperature,
        max_tokens: turn.max_tokens,
        output_schema: turn.output_schema,
    };
    Ok((request, turn.manner))
}

fn message(said: Said) -> Message {
    match said {
        Said::System { content } => Message::System(content),
        Said::User { content } => Message::User(content),
        Said::Assistant { content, calls } => {
            Message::Assistant { text: content, calls: calls.into_iter().map(call).collect() }
        }
        Said::Tool { call_id, content } => Message::ToolResult { call_id, content },
    }
}

fn call(called: Called) -> ToolCall {
    ToolCall { id: called.id, name: called.name, arguments: called.arguments }
}

fn tool(offered: Offered) -> Tool {
    Tool { name: offered.name, description: offered.description, input_schema: offered.input_schema }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_message_of_the_engine_is_understood() {
        let (request, _) = read(json!({
            "model": null,
            "messages": [
                {"role": "system", "content": "s"},
                {"role": "user", "content": "u"},
                {"role": "assistant", "content": null, "calls": [{"id": "c1", "name": "orders", "arguments": {"id": "7"}}]},
                {"role": "tool", "callId": "c1", "content": "{}"},
                {"role": "assistant", "content": "done"},
            ],
            "tools": [{"name": "orders", "description": "Looks up", "input_schema": {"type": "object"}}],
            "output_schema": null,
        }))
        .unwrap();
        assert!(matches!(&request.messages[0], Message::System(text) if text == "s"));
        assert!(matches!(&request.messages[1], Message::User(text) if text == "u"));
        assert!(
            matches!(&request.messages[2], Message::Assistant { text: None, calls } if calls[0].arguments == json!({"id": "7"}))
        );
        assert!(
            matches!(&request.messages[3], Message::ToolResult { call_id, content } if call_id == "c1" && content == "{}")
        );
        assert!(
            matches!(&request.messages[4], Message::Assistant { text: Some(text), calls } if text == "done" && calls.is_empty())
        );
        assert_eq!(
            (request.tools[0].name.as_str(), &request.tools[0].input_schema),
            ("orders", &json!({"type": "object"}))
        );
        assert_eq!((request.model, request.output_schema), (None, None));
    }

    #[test]
    fn a_strange_role_is_refused() {
        let error = read(json!({"messages": [{"role": "developer", "content": "x"}]})).unwrap_err();
        assert!(error.to_string().contains("developer"));
    }
}
