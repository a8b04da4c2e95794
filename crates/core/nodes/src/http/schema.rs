use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::{Value as Json, json};

/// The entry in the catalogue.
pub(super) fn spec() -> HandlerSpec {
    HandlerSpec {
        name: "http",
        title: "HTTP request",
        description: "Sends a request to another server and hands its answer on. Private addresses are refused; \
                      writes carry an Idempotency-Key, the same for every attempt.",
        icon: "globe",
        place: Place::Outside,
        config: config(),
        input: None,
        output: Some(output()),
        timeout_ms: 30_000,
    }
}

fn config() -> Json {
    json!({
        "type": "object",
        "required": ["url"],
        "properties": {
            "method": {
                "type": "string",
                "enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
                "title": "Method",
                "description": "What is to be done.",
                "default": "GET",
            },
            "url": {
                "type": "string",
                "title": "URL",
                "description": "Where to; http or https.",
                "examples": ["https://shop.example.com/orders/{{ input.id }}"],
            },
            "headers": pairs(
                "Headers",
                "Names and values; a list repeats its name.",
                &json!({ "Authorization": "Bearer {{ secret(\"SHOP_KEY\") }}" }),
            ),
            "query": pairs("Query", "Added to the URL; a list repeats its name.", &json!({ "page": 1 })),
            "body": {
                "title": "Body",
                "description": "Objects and lists are sent as JSON (objects as a form, where the Content-Type says \
                                so), a string as it is.",
                "examples": [{ "name": "{{ input.name }}" }],
            },
            "response": {
                "type": "string",
                "enum": ["auto", "json", "text", "base64"],
                "title": "Read the answer as",
                "description": "By its Content-Type, or always the same way.",
                "default": "auto",
            },
            "fail_on_status": {
                "type": "boolean",
                "title": "Fail unless 2xx",
                "description": "Otherwise every status is an answer, and the flow looks at it.",
                "default": true,
            },
        },
        "additionalProperties": false,
    })
}

fn pairs(title: &str, description: &str, example: &Json) -> Json {
    json!({
        "type": "object",
        "title": title,
        "description": description,
        "additionalProperties": { "type": ["string", "number", "boolean", "array", "null"] },
        "examples": [example],
    })
}

fn output() -> Json {
    json!({
        "type": "object",
        "required": ["status", "headers", "body", "encoding", "url"],
        "properties": {
            "status": { "type": "integer", "title": "Status", "examples": [200] },
            "headers": {
                "type": "object",
                "title": "Headers",
                "description": "Names in lower case; one that repeats is a list.",
            },
            "body": { "title": "Body", "description": "JSON as it is, text, or base64." },
            "encoding": { "type": "string", "enum": ["json", "text", "base64"], "title": "Encoding of the body" },
            "url": {
                "type": "string",
                "title": "URL that answered",
                "description": "After redirects; only the origin where a secret was used.",
            },
        },
    })
}
