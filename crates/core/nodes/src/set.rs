use engine::flow::Payload;
use engine::flow::catalogue::{HandlerSpec, Place};
use engine::{Answer, Outcome, TurnHandler};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{Error, config};

/// `set`: builds a payload from expressions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Set;

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default, deserialize_with = "config::present")]
    payload: Option<Json>,
    #[serde(default)]
    merge: bool,
}

impl TurnHandler for Set {
    fn spec(&self) -> HandlerSpec {
        HandlerSpec {
            name: "set",
            title: "Set fields",
            description: "Builds the payload that goes on, from expressions over the input, earlier steps and variables.",
            icon: "pencil-line",
            place: Place::Turn,
            config: json!({
                "type": "object",
                "required": ["payload"],
                "properties": {
                    "payload": {
                        "title": "Payload",
                        "description": "What goes on. Strings may hold expressions; a string that is one expression keeps its type.",
                        "examples": [{ "total": "{{ input.a + input.b }}" }],
                    },
                    "merge": {
                        "type": "boolean",
                        "title": "Keep the input's other fields",
                        "description": "Lays the payload over the input instead of replacing it; both must be objects.",
                        "default": false,
                    },
                },
                "additionalProperties": false,
            }),
            input: None,
            output: None,
            timeout_ms: 1_000,
        }
    }

    fn run(&self, config: Json, input: &Payload) -> Outcome {
        match set(config, input.json()) {
            Ok(output) => Answer::new(output).into(),
            Err(error) => error.into(),
        }
    }
}

fn set(config: Json, input: &Json) -> Result<Json, Error> {
    let Config { payload, merge } = config::read(config)?;
    let payload = payload.ok_or_else(|| Error::Config("missing field `payload`".to_owned()))?;
    if !merge {
        return Ok(payload);
    }
    let Json::Object(over) = payload else {
        return Err(Error::Config("with `merge`, `payload` must be an object".to_owned()));
    };
    let mut fields = match input {
        Json::Object(fields) => fields.clone(),
        Json::Null => serde_json::Map::new(),
        _ => return Err(Error::Input("with `merge`, the input must be an object".to_owned())),
    };
    fields.extend(over);
    Ok(Json::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_replaces_the_input() {
        assert_eq!(set(json!({"payload": [1]}), &json!({"a": 1})).unwrap(), json!([1]));
        assert_eq!(set(json!({"payload": null}), &json!(1)).unwrap(), Json::Null);
    }

    #[test]
    fn a_merge_lays_the_payload_over_the_input() {
        let config = json!({"payload": {"b": 2, "a": 9}, "merge": true});
        assert_eq!(set(config.clone(), &json!({"a": 1, "c": 3})).unwrap(), json!({"a": 9, "b": 2, "c": 3}));
        assert_eq!(set(config.clone(), &Json::Null).unwrap(), json!({"a": 9, "b": 2}));
        assert!(matches!(set(config, &json!([1])), Err(Error::Input(_))));
        assert!(matches!(set(json!({"payload": 1, "merge": true}), &json!({})), Err(Error::Config(_))));
    }

    #[test]
    fn a_missing_payload_is_named() {
        assert!(set(json!({}), &Json::Null).unwrap_err().to_string().contains("`payload`"));
    }
}
