use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::{Value as Json, json};

use super::order::{MAX_KEY_CHARACTERS, MAX_TTL_S};

/// The entry in the catalogue.
pub(super) fn spec() -> HandlerSpec {
    HandlerSpec {
        name: "kv",
        title: "Memory",
        description: "Keeps small values between runs of this flow: get, set, delete and list. A write counts \
                      once, together with the step.",
        icon: "database",
        place: Place::Outside,
        config: config(),
        input: Some(json!({
            "type": "object",
            "properties": { "key": key(), "value": value(), "ttl": ttl(), "prefix": prefix() },
        })),
        output: Some(output()),
        timeout_ms: 10_000,
    }
}

fn config() -> Json {
    json!({
        "type": "object",
        "required": ["operation"],
        "properties": {
            "operation": {
                "type": "string",
                "enum": ["get", "set", "delete", "list"],
                "title": "Operation",
                "description": "What is done. The other fields come from the input where they are not set here.",
            },
            "key": key(),
            "value": value(),
            "ttl": ttl(),
            "prefix": prefix(),
        },
        "additionalProperties": false,
    })
}

fn key() -> Json {
    json!({
        "type": "string",
        "title": "Key",
        "description": "Which value, for get, set and delete.",
        "minLength": 1,
        "maxLength": MAX_KEY_CHARACTERS,
        "examples": ["last-order"],
    })
}

fn value() -> Json {
    json!({
        "title": "Value",
        "description": "Any JSON up to 64 KiB, for set.",
        "examples": [{ "count": 3 }],
    })
}

fn ttl() -> Json {
    json!({
        "type": "number",
        "title": "Time to live, in seconds",
        "description": "For set; for ever when absent.",
        "exclusiveMinimum": 0,
        "maximum": MAX_TTL_S,
        "examples": [3600],
    })
}

fn prefix() -> Json {
    json!({
        "type": "string",
        "title": "Prefix",
        "description": "Which keys, for list; all when absent. At most 1,000 are listed.",
        "maxLength": MAX_KEY_CHARACTERS,
        "examples": ["customer/"],
    })
}

fn output() -> Json {
    json!({
        "type": "object",
        "properties": {
            "key": { "type": "string", "title": "Key" },
            "value": { "title": "Value", "description": "Null where nothing was found." },
            "found": { "type": "boolean", "title": "Found", "description": "Of a get." },
            "keys": { "type": "array", "items": { "type": "string" }, "title": "Keys", "description": "Of a list." },
        },
    })
}
