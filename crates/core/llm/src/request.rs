//! What a model is asked.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One question to a model: the conversation so far, and what it may do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The model, or `provider/model`; the gateway's default when absent.
    pub model: Option<String>,
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// What the model may call.
    #[serde(default)]
    pub tools: Vec<Tool>,
    /// How freely it chooses its words, in the provider's scale.
    pub temperature: Option<f64>,
    /// The most tokens it may write.
    pub max_tokens: Option<u32>,
    /// The JSON Schema that the answer's text has to fulfil as JSON.
    pub output_schema: Option<Value>,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// How the model is to behave.
    System(String),
    /// What it is asked.
    User(String),
    /// What it said and called.
    Assistant {
        /// The words, if there were any.
        text: Option<String>,
        /// The calls, in order.
        calls: Vec<ToolCall>,
    },
    /// What one of its calls came to.
    ToolResult {
        /// The id of the call.
        call_id: String,
        /// The result, or why there is none.
        content: String,
    },
}

/// Something a model may call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it does, for the model to read.
    pub description: String,
    /// The JSON Schema of its arguments.
    pub input_schema: Value,
}

/// One call that a model wants made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Names the call within the conversation.
    pub id: String,
    /// The tool's name, as the model wrote it.
    pub name: String,
    /// A JSON object; or a JSON string with what the model wrote in its place, see [`ToolCall::malformed`].
    pub arguments: Value,
}

impl ChatRequest {
    /// A question without tools, with the provider's own settings.
    pub fn new(model: impl Into<String>, messages: Vec<Message>) -> Self {
        Self { model: Some(model.into()), messages, ..Self::default() }
    }

    /// The newest words of the user.
    pub(crate) fn last_user_text(&self) -> Option<&str> {
        self.messages.iter().rev().find_map(|message| match message {
            Message::User(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

impl ToolCall {
    /// What the model wrote instead of a JSON object, if it did.
    ///
    /// Such a call cannot be made: answer it with a [`Message::ToolResult`] that says so, and the model corrects it.
    pub fn malformed(&self) -> Option<&str> {
        self.arguments.as_str()
    }

    /// The call with arguments as a provider wrote them: the text of a JSON object.
    ///
    /// An empty text is an object without fields: several servers write it for tools without arguments.
    pub(crate) fn from_text(id: String, name: String, text: &str) -> Self {
        let arguments = match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(object) => Value::Object(object),
            Err(_) if text.trim().is_empty() => json!({}),
            Err(_) => Value::String(text.to_owned()),
        };
        Self { id, name, arguments }
    }

    /// The arguments as an object, for a provider that reads the conversation again and refuses anything else.
    pub(crate) fn arguments_object(&self) -> Value {
        match &self.arguments {
            Value::Object(_) => self.arguments.clone(),
            other => json!({ "malformed_arguments": other }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(text: &str) -> ToolCall {
        ToolCall::from_text("1".into(), "tool".into(), text)
    }

    #[test]
    fn arguments_that_are_no_object_are_kept_as_the_model_wrote_them() {
        for text in ["{\"a\": ", "[1]", "null", "call it!"] {
            assert_eq!(call(text).malformed(), Some(text));
            assert_eq!(call(text).arguments_object(), json!({ "malformed_arguments": text }));
        }
    }

    #[test]
    fn no_arguments_are_an_empty_object() {
        assert_eq!(call(" ").arguments, json!({}));
        assert_eq!(call("{\"a\": 1}").arguments, json!({"a": 1}));
        assert_eq!(call("{}").malformed(), None);
    }

    proptest! {
        #[test]
        fn arguments_are_an_object_or_the_very_text(text: String) {
            let call = call(&text);
            prop_assert!(call.arguments.is_object() || call.malformed() == Some(text.as_str()));
            prop_assert!(call.arguments_object().is_object());
        }
    }
}
