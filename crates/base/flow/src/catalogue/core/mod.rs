//! The handlers that the pure core decides itself.

mod calling;
mod waiting;

use serde_json::{Value as Json, json};

use super::{HandlerSpec, Place};

/// The core's handlers, in the order of the palette.
///
/// The settings of an agent and of a branch stand at the listener itself, beside its name; those of the others in its
/// `config`.
pub fn core_handlers() -> Vec<HandlerSpec> {
    let waiting = [waiting::delay(), waiting::approval()];
    [agent(), branch(), merge(), calling::each(), calling::flow()]
        .into_iter()
        .chain(waiting)
        .chain([output()])
        .collect()
}

/// Core handlers whose settings stand at the listener itself instead of in `config`.
pub(crate) fn has_settings_at_listener(handler: &str) -> bool {
    matches!(handler, "agent" | "branch")
}

/// How long what is not bounded otherwise may take: a year, in milliseconds.
const YEAR_MS: u64 = 365 * 86_400_000;

/// A handler of the core with its settings in `config`.
fn core(
    name: &'static str,
    (title, icon): (&'static str, &'static str),
    description: &'static str,
    config: Json,
) -> HandlerSpec {
    let (place, timeout_ms) = (Place::Core, YEAR_MS);
    HandlerSpec { name, title, description, icon, place, config, input: None, output: None, timeout_ms }
}

fn agent() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "title": "Prompt", "description": "The system prompt. Expressions and statements are allowed."},
            "model": {"type": "string", "title": "Model", "description": "The flow's default when absent."},
            "temperature": {"type": "number", "minimum": 0, "maximum": 2, "title": "Temperature"},
            "max_tokens": {"type": "integer", "minimum": 1, "title": "Tokens of one answer"},
            "max_turns": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10, "title": "Model turns in one call"},
            "memory": {"type": "boolean", "default": false, "title": "Memory", "description": "Whether it remembers what it said earlier in the same frame."},
        },
        "required": ["prompt"],
        "additionalProperties": false,
    });
    HandlerSpec {
        name: "agent",
        title: "Agent",
        description: "A model that works with tools: it calls its peers until it has an answer.",
        icon: "bot",
        place: Place::Core,
        config,
        input: None,
        output: None,
        timeout_ms: 120_000,
    }
}

fn branch() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "cases": {
                "type": "array",
                "title": "Cases",
                "description": "Tried in order; the first that holds decides.",
                "items": {
                    "type": "object",
                    "properties": {
                        "when": {"type": ["string", "boolean"], "title": "When", "description": "A condition."},
                        "next": names("Next"),
                    },
                    "required": ["when", "next"],
                    "additionalProperties": false,
                },
            },
            "otherwise": names("Otherwise"),
        },
        "required": ["cases"],
        "additionalProperties": false,
    });
    HandlerSpec {
        name: "branch",
        title: "Branch",
        description: "Hands the message to the first case that holds, else to `otherwise`, else to nobody.",
        icon: "split",
        place: Place::Core,
        config,
        input: None,
        output: None,
        timeout_ms: 30_000,
    }
}

fn merge() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "wait": {
                "title": "Wait for",
                "description": "`all`, `first`, or how many.",
                "oneOf": [{"enum": ["all", "first"]}, {"type": "integer", "minimum": 1, "maximum": 1000}],
                "default": "all",
            },
        },
        "additionalProperties": false,
    });
    HandlerSpec {
        name: "merge",
        title: "Merge",
        description: "Waits for the parallel branches that lead to it and hands on what they brought.",
        icon: "merge",
        place: Place::Core,
        config,
        input: None,
        output: None,
        timeout_ms: 30_000,
    }
}

fn output() -> HandlerSpec {
    let config = json!({
        "type": "object",
        "properties": {
            "payload": {"title": "Payload", "description": "Reshapes the result; the message as it is when absent."},
            "status": {
                "title": "HTTP status",
                "description": "What a webhook that waits for the result answers with.",
                "oneOf": [{"type": "integer", "minimum": 200, "maximum": 599}, {"type": "string"}],
            },
        },
        "additionalProperties": false,
    });
    HandlerSpec {
        name: "output",
        title: "Output",
        description: "The result of the flow, and the reply of a webhook that waits for it.",
        icon: "flag",
        place: Place::Core,
        config,
        input: None,
        output: None,
        timeout_ms: 30_000,
    }
}

fn names(title: &str) -> Json {
    json!({"title": title, "type": ["string", "array"], "items": {"type": "string"}})
}
