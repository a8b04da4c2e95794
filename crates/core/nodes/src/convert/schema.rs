use engine::flow::catalogue::{HandlerSpec, Place};
use serde_json::{Value as Json, json};

use super::limits::MAX_CHARACTERS;

/// The entry in the catalogue.
pub(super) fn spec() -> HandlerSpec {
    HandlerSpec {
        name: "convert",
        title: "Convert",
        description: "Turns JSON, XML, CSV and YAML into one another. XML attributes become `@name`, text beside \
                      them `#text`, repeated tags lists; CSV rows become objects under their header.",
        icon: "replace",
        place: Place::Turn,
        config: config(),
        input: Some(json!({
            "type": "object",
            "properties": {
                "text": {
                    "type": "string",
                    "title": "Text",
                    "description": "What is read, when the configuration has no `value`.",
                    "maxLength": MAX_CHARACTERS,
                },
            },
        })),
        output: None,
        timeout_ms: 1_000,
    }
}

fn config() -> Json {
    json!({
        "type": "object",
        "required": ["from", "to"],
        "properties": {
            "from": format("From", "What the source is."),
            "to": format("To", "What it becomes. JSON goes on as the value itself, the others as `{text}`."),
            "value": {
                "title": "Source",
                "description": "The text or value to convert; the input when absent.",
                "examples": ["{{ input.body }}"],
            },
            "delimiter": {
                "type": "string",
                "title": "CSV delimiter",
                "description": "One character, or `tab`.",
                "default": ",",
                "examples": [";", "tab"],
            },
            "headers": {
                "type": "boolean",
                "title": "CSV header row",
                "description": "Whether the first row names the columns.",
                "default": true,
            },
            "root": {
                "type": "string",
                "title": "XML root",
                "description": "The element around everything. Without it an object of one field is the document, \
                                and anything else stands in `data`.",
                "examples": ["order"],
            },
            "pretty": {
                "type": "boolean",
                "title": "XML on several lines",
                "description": "A line for each element.",
                "default": false,
            },
        },
        "additionalProperties": false,
    })
}

fn format(title: &str, description: &str) -> Json {
    json!({
        "type": "string",
        "enum": ["json", "xml", "csv", "yaml"],
        "title": title,
        "description": description,
    })
}
