//! Handlers that wait, and cost nothing but a row while they do.

use serde_json::{Value as Json, json};

use super::core;
use crate::catalogue::HandlerSpec;

pub(super) fn delay() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "for": duration("For", "How long: 10m, 2d, or a number of seconds. Either this or `until`."),
            "until": {"title": "Until", "description": "A time, as in 2030-01-31T09:00:00Z or `{{ input.at }}`.", "type": "string"},
        },
        "additionalProperties": false,
    });
    core("delay", ("Delay", "timer"), "Waits for a while or until a time, then hands its input on.", config)
}

pub(super) fn approval() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "message": {"title": "Message", "description": "What the person is asked.", "type": "string"},
            "deadline": duration("Deadline", "How long there is to decide; for ever when absent."),
            "default": {
                "title": "At the deadline",
                "description": "What holds when nobody has decided by the deadline.",
                "enum": ["approve", "reject"], "default": "reject",
            },
        },
        "required": ["message"],
        "additionalProperties": false,
    });
    let description = "Waits until a person approves or rejects, and hands its input on with `approval: {decision, by, at, comment}`.";
    core("approval", ("Approval", "user-check"), description, config)
}

fn duration(title: &str, description: &str) -> Json {
    json!({"title": title, "description": description, "type": ["string", "number"]})
}
