//! The JSON Schema of `organism.yaml`, for editors and for agents that write flows.

use serde_json::{Map, Value as Json, json};

use crate::catalogue::{Catalogue, HandlerSpec, has_settings_at_listener};

/// The JSON Schema (draft 2020-12) of `organism.yaml` with the handlers of a catalogue.
///
/// A text that fits it can still have errors: names that exist nowhere, expressions, circles. `read` finds those.
pub fn json_schema(catalogue: &Catalogue) -> Json {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "organism.yaml",
        "description": "A flow: its listeners and what they hand to one another.",
        "type": "object",
        "required": ["organism", "listeners"],
        "properties": {
            "organism": organism(),
            "llm": llm(),
            "listeners": {
                "title": "Listeners",
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": {"$ref": "#/$defs/listener"},
            },
        },
        "$defs": {
            "duration": duration(),
            "names": {
                "title": "Names of listeners",
                "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            },
            "listener": listener(catalogue),
        },
    })
}

fn organism() -> Json {
    json!({
        "title": "Organism",
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 100, "title": "Name"},
            "description": {"type": "string", "title": "What the flow is for"},
            "entry": {"type": "string", "title": "The first listener", "description": "The first in the file when absent."},
            "timeout": {"$ref": "#/$defs/duration", "description": "Active time of one execution.", "default": "300s"},
            "max_messages": {"type": "integer", "minimum": 1, "default": 1000, "description": "Steps in one frame."},
            "max_tokens": {"type": "integer", "minimum": 1, "default": 100_000, "description": "Tokens of language models in one execution."},
            "max_tokens_per_thread": {"type": "integer", "minimum": 1, "deprecated": true, "description": "Older word for `max_tokens`."},
            "concurrency": {"type": "integer", "minimum": 1, "description": "Executions at a time; more wait their turn."},
        },
    })
}

fn llm() -> Json {
    json!({
        "title": "Language models",
        "description": "What agents use unless they say otherwise.",
        "type": "object",
        "properties": {
            "model": {"type": "string", "title": "Model"},
            "strategy": {"enum": ["failover", "round-robin", "least-loaded"], "title": "Strategy"},
            "retries": {"type": "integer", "minimum": 0, "maximum": 20, "title": "Retries"},
            "similarity": {"type": "number", "minimum": 0.5, "maximum": 1, "title": "Similarity", "description": "From which similarity on the answer to another question of yours will do; only to the same one when absent."},
        },
    })
}

fn duration() -> Json {
    json!({
        "title": "Duration",
        "description": "500ms, 10s, 5m, 12h, 2d, or a number of seconds.",
        "oneOf": [
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|sec|m|min|h|d)? *)+$"},
        ],
    })
}

fn listener(catalogue: &Catalogue) -> Json {
    let mut properties = Map::new();
    // Settings of agents and branches stand at the listener itself.
    for spec in catalogue.iter().filter(|spec| has_settings_at_listener(spec.name)) {
        properties.extend(spec.config["properties"].as_object().cloned().unwrap_or_default());
    }
    properties.extend(common_properties(catalogue));
    let rules: Vec<Json> = catalogue.iter().map(rule).collect();
    json!({
        "title": "Listener",
        "type": "object",
        "required": ["name", "description"],
        "properties": properties,
        "anyOf": [
            {"required": ["handler"]},
            {"required": ["agent"], "properties": {"agent": {"const": true}}},
        ],
        "allOf": rules,
    })
}

fn common_properties(catalogue: &Catalogue) -> Map<String, Json> {
    let handlers: Vec<&str> = catalogue.iter().map(|spec| spec.name).collect();
    let names = |what: &str| json!({"$ref": "#/$defs/names", "description": what});
    let schema =
        |what: &str| json!({"type": ["object", "boolean"], "title": "JSON Schema", "description": what});
    let properties = json!({
        "name": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$", "title": "Name"},
        "description": {"type": "string", "minLength": 1, "title": "Description", "description": "What it does: people and agents read it."},
        "handler": {"enum": handlers, "title": "Handler"},
        "agent": {"type": "boolean", "title": "Agent", "description": "The same as `handler: agent`."},
        "config": {"type": "object", "title": "Settings of the handler"},
        "input": schema("What it accepts."),
        "output": schema("What it answers; an agent's answer is made to fit."),
        "next": names("Who receives its result; several run in parallel."),
        "peers": names("Whom an agent may call."),
        "retry": {
            "title": "Retry",
            "type": "object",
            "properties": {
                "attempts": {"type": "integer", "minimum": 1, "maximum": 20, "default": 1},
                "backoff": {"$ref": "#/$defs/duration", "description": "Pause before the second attempt; it doubles."},
                "max_backoff": {"$ref": "#/$defs/duration", "description": "The longest pause."},
            },
        },
        "timeout": {"$ref": "#/$defs/duration", "description": "How long one attempt may take."},
        "on_error": {
            "type": "string",
            "default": "fail",
            "title": "On error",
            "description": "`fail`, `continue`, or the listener that receives `{error, input}`.",
        },
        "concurrency": {"type": "integer", "minimum": 1, "description": "Steps of this listener at a time."},
    });
    properties.as_object().cloned().unwrap_or_default()
}

/// What holds for the listeners of one handler.
fn rule(spec: &HandlerSpec) -> Json {
    let named = json!({"required": ["handler"], "properties": {"handler": {"const": spec.name}}});
    if !has_settings_at_listener(spec.name) {
        let config = leave_room_for_expressions(&spec.config);
        let required: &[&str] = if spec.config["required"].as_array().is_some_and(|keys| !keys.is_empty()) {
            &["config"]
        } else {
            &[]
        };
        return json!({"if": named, "then": {"properties": {"config": config}, "required": required}});
    }
    let flag = json!({"required": ["agent"], "properties": {"agent": {"const": true}}});
    let condition = if spec.name == "agent" { json!({"anyOf": [named, flag]}) } else { named };
    json!({"if": condition, "then": {"required": spec.config["required"]}})
}

/// The schema, but a text that holds `{{` fits everywhere: its value is known only when the flow runs.
fn leave_room_for_expressions(schema: &Json) -> Json {
    let mut relaxed = schema.clone();
    if let Some(properties) = relaxed.get_mut("properties").and_then(Json::as_object_mut) {
        for property in properties.values_mut() {
            let inner = leave_room_for_expressions(property);
            let mut either = json!({"anyOf": [inner, {"type": "string", "pattern": "\\{\\{"}]});
            for word in ["title", "description"] {
                if let Some(text) = property.get(word) {
                    either[word] = text.clone();
                }
            }
            *property = either;
        }
    }
    if let Some(items) = relaxed.get_mut("items").filter(|items| items.is_object()) {
        *items = leave_room_for_expressions(items);
    }
    relaxed
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CATALOGUE_TEXTS, catalogue};
    use super::super::yaml;
    use super::super::{DEFAULT_YAML, SAMPLE_YAML, read};
    use super::*;

    fn objections(text: &str) -> Vec<String> {
        let schema = json_schema(&catalogue());
        let validator = jsonschema::validator_for(&schema).unwrap();
        let json = yaml::parse(text).unwrap().to_json();
        validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn what_reads_without_error_fits_the_schema() {
        for text in CATALOGUE_TEXTS.iter().chain([&DEFAULT_YAML, &SAMPLE_YAML]) {
            let reading = read(text, &catalogue());
            assert!(reading.organism.is_some(), "{:#?}", reading.diagnostics);
            assert_eq!(objections(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_does_not_fit() {
        let wrong = [
            ("handler: set", "handler: sett"),
            ("next: reply", "next: {a: 1}"),
            ("payload:", "paylod:"),
            ("    handler: output", ""),
            ("  name: my-flow", "  nam: my-flow"),
            ("    description: What the caller gets\n", ""),
        ];
        for (from, to) in wrong {
            assert!(DEFAULT_YAML.contains(from), "{from}");
            assert!(!objections(&DEFAULT_YAML.replace(from, to)).is_empty(), "{to}");
        }
    }
}
