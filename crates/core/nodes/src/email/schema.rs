use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::{Value as Json, json};

pub(super) fn spec() -> HandlerSpec {
    HandlerSpec {
        name: "email",
        title: "E-mail",
        description: "Sends an e-mail by the server's mail relay.",
        icon: "mail",
        place: Place::Outside,
        config: config(),
        input: None,
        output: Some(json!({
            "type": "object",
            "required": ["messageId", "recipients"],
            "properties": {
                "messageId": {"type": "string"},
                "recipients": {"type": "array", "items": {"type": "string"}},
            },
        })),
        timeout_ms: 60_000,
    }
}

fn config() -> Json {
    let addresses = |title: &str, description: &str| json!({"title": title, "description": description, "type": ["string", "array"], "items": {"type": "string"}});
    let text = |title: &str, description: &str| json!({"title": title, "description": description, "type": "string"});
    json!({
        "type": "object",
        "properties": {
            "to": addresses("To", "An address or several; at most 50."),
            "cc": addresses("Copy", "Who gets a copy."),
            "bcc": addresses("Blind copy", "Who gets a copy without being named."),
            "reply_to": text("Reply to", "Whom an answer goes to; the sender is the server's."),
            "subject": text("Subject", "One line."),
            "body": text("Text", "The message as plain text; statements such as {% if %} are allowed."),
            "html": text("HTML", "The message as HTML; statements are allowed."),
        },
        "required": ["to", "subject"],
        "additionalProperties": false,
    })
}
