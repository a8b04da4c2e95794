use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::json;

pub(super) fn spec() -> HandlerSpec {
    let query = json!({"type": "string", "title": "Query", "description": "What to look for; the input's `query` when absent."});
    HandlerSpec {
        name: "search",
        title: "Web search",
        description: "Searches the web through the server's search provider.",
        icon: "search",
        place: Place::Outside,
        config: json!({
            "type": "object",
            "properties": {
                "query": query,
                "count": {
                    "title": "Results", "description": "How many results at most.",
                    "type": "integer", "minimum": 1, "maximum": 20, "default": 10,
                },
            },
            "additionalProperties": false,
        }),
        input: Some(json!({
            "type": "object",
            "properties": {"query": {"type": "string", "description": "What to look for."}},
        })),
        output: Some(json!({
            "type": "object",
            "required": ["query", "results"],
            "properties": {
                "query": {"type": "string"},
                "results": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["title", "url", "description"],
                        "properties": {"title": {"type": "string"}, "url": {"type": "string"}, "description": {"type": "string"}},
                    },
                },
            },
        })),
        timeout_ms: 30_000,
    }
}
