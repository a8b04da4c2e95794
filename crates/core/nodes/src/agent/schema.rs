use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::json;

/// The registry's entry; the palette shows the core's own, with the fields that a listener sets.
pub(super) fn spec() -> HandlerSpec {
    HandlerSpec {
        name: "agent",
        title: "Agent turn",
        description: "One message of a model in an agent's conversation.",
        icon: "bot",
        place: Place::Core,
        config: json!({ "type": "object", "required": ["messages"] }),
        input: None,
        output: Some(json!({
            "type": "object",
            "required": ["content", "calls"],
            "properties": {
                "content": { "type": ["string", "null"], "title": "Text" },
                "calls": {
                    "type": "array",
                    "title": "Tool calls",
                    "items": { "type": "object", "required": ["id", "name", "arguments"] },
                },
            },
        })),
        timeout_ms: 120_000,
    }
}
