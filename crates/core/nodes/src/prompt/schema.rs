use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::{Value as Json, json};

/// The entry in the catalogue.
pub(super) fn spec() -> HandlerSpec {
    HandlerSpec {
        name: "prompt",
        title: "Prompt",
        description: "Asks a model once, without tools. The answer is `{text}` (with `truncated` where the model had \
                      to stop), or the JSON that an output schema asks for.",
        icon: "sparkles",
        place: Place::Outside,
        config: config(),
        input: Some(json!({
            "type": "object",
            "properties": {
                "prompt": {
                    "type": "string",
                    "title": "Prompt",
                    "description": "What is asked, when the configuration has no `prompt`.",
                },
            },
        })),
        output: None,
        timeout_ms: 120_000,
    }
}

fn config() -> Json {
    json!({
        "type": "object",
        "properties": {
            "prompt": {
                "type": "string",
                "title": "Prompt",
                "description": "What is asked; the input when absent.",
                "examples": ["Summarise in two sentences: {{ input.text }}"],
            },
            "system": {
                "type": "string",
                "title": "System message",
                "description": "Who the model is and what it heeds.",
                "examples": ["You are a careful editor."],
            },
            "model": {
                "type": "string",
                "title": "Model",
                "description": "The server's default when absent.",
                "examples": ["claude-sonnet-4"],
            },
            "temperature": {
                "type": "number",
                "title": "Temperature",
                "description": "Low is steady, high is varied; the model's default when absent.",
                "minimum": 0,
                "maximum": 2,
            },
            "max_tokens": {
                "type": "integer",
                "title": "Longest answer, in tokens",
                "description": "The model's limit when absent.",
                "minimum": 1,
            },
            "output_schema": {
                "type": "object",
                "title": "Output schema",
                "description": "JSON Schema of the answer. Without it the answer is `{text}`.",
                "examples": [{
                    "type": "object",
                    "required": ["category"],
                    "properties": { "category": { "enum": ["refund", "question"] } },
                }],
            },
        },
        "additionalProperties": false,
    })
}
