//! Handlers that call: a frame an item, an execution of another flow.

use serde_json::json;

use super::core;
use crate::catalogue::HandlerSpec;

pub(super) fn each() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "items": {"title": "Items", "description": "The list, as in `{{ input.rows }}`.", "type": "array"},
            "do": {"title": "Do", "description": "The listener that begins the work for one item.", "type": "string"},
            "concurrency": {
                "title": "At a time",
                "description": "How many items are worked on at once.",
                "type": "integer", "minimum": 1, "maximum": 1000, "default": 1,
            },
            "on_item_error": {
                "title": "When an item fails",
                "description": "`fail` fails the whole, `collect` puts `{error, input}` in its place, `skip` leaves it out.",
                "enum": ["fail", "collect", "skip"], "default": "fail",
            },
        },
        "required": ["items", "do"],
        "additionalProperties": false,
    });
    let description = "Works through a list, an item at a time or several, and hands on the results in the order of the items.";
    HandlerSpec {
        output: Some(json!({"type": "array"})),
        ..core("each", ("Each", "repeat"), description, config)
    }
}

pub(super) fn flow() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "flow": {"title": "Flow", "description": "The name or the id of another flow of yours.", "type": "string"},
            "input": {"title": "Input", "description": "What it receives; the message as it is when absent."},
        },
        "required": ["flow"],
        "additionalProperties": false,
    });
    core("flow", ("Flow", "workflow"), "Calls another flow and waits for what it answers.", config)
}
