//! Structured output by a tool: the model is made to call one whose input is the answer.

use serde_json::{Map, Value, json};

use crate::{ChatRequest, Tool};

/// The tool that takes the answer, if the request has an output schema.
pub(super) fn tool(request: &ChatRequest) -> Option<Tool> {
    request.output_schema.as_ref().map(|schema| Tool {
        name: name(request),
        description: "Gives the final answer. Call it once, when everything is known.".to_owned(),
        input_schema: if is_object(schema) { schema.clone() } else { wrapped(schema) },
    })
}

/// The answer's JSON text, out of that tool's input.
pub(super) fn text(schema: &Value, input: Value) -> String {
    match input {
        Value::Object(mut fields) if !is_object(schema) => {
            fields.remove("value").unwrap_or(Value::Null).to_string()
        }
        input => input.to_string(),
    }
}

/// A name that no tool of the request has.
pub(super) fn name(request: &ChatRequest) -> String {
    let mut name = "final_answer".to_owned();
    while request.tools.iter().any(|tool| tool.name == name) {
        name.push('_');
    }
    name
}

/// A tool's input is an object; another answer becomes its one field. Definitions stay where references look for them.
fn wrapped(schema: &Value) -> Value {
    let mut wrapper = Map::new();
    for definitions in ["$defs", "definitions"] {
        if let Some(found) = schema.get(definitions) {
            wrapper.insert(definitions.to_owned(), found.clone());
        }
    }
    wrapper.insert("type".to_owned(), "object".into());
    wrapper.insert("properties".to_owned(), json!({ "value": schema }));
    wrapper.insert("required".to_owned(), json!(["value"]));
    Value::Object(wrapper)
}

fn is_object(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object")
}
