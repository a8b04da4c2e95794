use serde_json::{Value, json};

/// One item of a response's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// Words.
    Said(String),
    /// Words that decline.
    Refused(String),
    /// A call of a function, its arguments as the model wrote them.
    Called { call_id: String, name: String, arguments: String },
}

impl Item {
    /// As clients read it.
    pub(super) fn shown(&self, id: &str, status: &str) -> Value {
        match self {
            Self::Said(_) | Self::Refused(_) => json!({
                "type": "message", "id": id, "status": status, "role": "assistant",
                // One that has only begun has no parts yet.
                "content": if status == "in_progress" { json!([]) } else { json!([self.part()]) },
            }),
            Self::Called { call_id, name, arguments } => json!({
                "type": "function_call", "id": id, "status": status, "call_id": call_id, "name": name,
                "arguments": arguments,
            }),
        }
    }

    /// The only part of a message.
    pub(super) fn part(&self) -> Value {
        match self {
            Self::Refused(text) => json!({ "type": "refusal", "refusal": text }),
            Self::Said(text) => output_text(text),
            Self::Called { .. } => Value::Null,
        }
    }

    /// How its id begins.
    pub(super) fn prefix(&self) -> &'static str {
        match self {
            Self::Said(_) | Self::Refused(_) => "msg",
            Self::Called { .. } => "fc",
        }
    }
}

fn output_text(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}
