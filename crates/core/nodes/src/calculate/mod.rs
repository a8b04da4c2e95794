//! `calculate`: safe arithmetic, without any evaluation of code.

mod arithmetic;
mod evaluate;
mod fault;
mod function;
mod name;
mod number;
mod precedence;
#[cfg(test)]
mod properties;
mod token;

use engine::flow::Payload;
use engine::flow::catalogue::{HandlerSpec, Place};
use engine::{Answer, Outcome, TurnHandler};
pub use fault::{Fault, Reason};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::{Error, config};

/// The longest expression, in characters.
const MAX_CHARACTERS: usize = 10_000;
/// How many parentheses, signs and powers may stand inside one another.
const MAX_DEPTH: usize = 100;

/// `calculate`: an expression's value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calculate;

#[derive(Debug, Deserialize)]
struct Config {
    expression: Option<Json>,
    #[serde(default)]
    variables: Map<String, Json>,
}

impl TurnHandler for Calculate {
    fn spec(&self) -> HandlerSpec {
        HandlerSpec {
            name: "calculate",
            title: "Calculate",
            description: "Works out an arithmetic expression: + - * / // % **, comparisons, and, or, not, \
                          parentheses, and functions from abs to tan. Integers are exact to 64 bits.",
            icon: "calculator",
            place: Place::Turn,
            config: config_schema(),
            input: Some(json!({
                "type": "object",
                "properties": { "expression": expression_schema() },
            })),
            output: Some(output_schema()),
            timeout_ms: 1_000,
        }
    }

    fn run(&self, config: Json, input: &Payload) -> Outcome {
        match calculate(config, input.json()) {
            Ok(output) => Answer::new(output).into(),
            Err(error) => error.into(),
        }
    }
}

/// A configured expression wins over one in the input: whoever sends the input must not replace it.
fn calculate(config: Json, input: &Json) -> Result<Json, Error> {
    let config: Config = config::read(config)?;
    let expression = match (&config.expression, input.get("expression")) {
        (Some(expression), _) => text_of(expression).ok_or_else(|| Error::Config(WANTED.to_owned()))?,
        (None, Some(expression)) => text_of(expression).ok_or_else(|| Error::Input(WANTED.to_owned()))?,
        (None, None) => {
            return Err(Error::Input("there is no `expression`, neither configured nor given".to_owned()));
        }
    };
    let mut variables = input.as_object().cloned().unwrap_or_default();
    variables.extend(config.variables);
    let evaluated = evaluate::evaluate(&expression, &variables)?;
    let mut output = json!({ "expression": expression, "result": evaluated.value.to_json() });
    if evaluated.is_rounded {
        output["note"] = "an integer was too large for 64 bits, so the result is a rounded float".into();
    }
    Ok(output)
}

const WANTED: &str = "`expression` must be a text such as `2 * (3 + 4)`";

/// A template that is one expression gives a number, which is an expression too.
fn text_of(expression: &Json) -> Option<String> {
    match expression {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn config_schema() -> Json {
    json!({
        "type": "object",
        "properties": {
            "expression": expression_schema(),
            "variables": {
                "type": "object",
                "title": "Variables",
                "description": "Numbers by name, beside the number fields of the input.",
                "additionalProperties": true,
                "examples": [{ "rate": 0.19 }],
            },
        },
        "additionalProperties": false,
    })
}

fn expression_schema() -> Json {
    json!({
        "type": "string",
        "title": "Expression",
        "description": "Arithmetic over numbers and the fields of the input, at most 10,000 characters.",
        "maxLength": MAX_CHARACTERS,
        "examples": ["round(price * quantity * 1.19, 2)", "sqrt(2) ** 2 <= 2"],
    })
}

fn output_schema() -> Json {
    json!({
        "type": "object",
        "required": ["expression", "result"],
        "properties": {
            "expression": { "type": "string", "title": "Expression" },
            "result": { "type": ["number", "boolean"], "title": "Result" },
            "note": { "type": "string", "title": "Note", "description": "Says when an integer outgrew 64 bits." },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_input_are_variables() {
        let config = json!({"expression": "price * quantity * rate", "variables": {"rate": 2}});
        assert_eq!(
            calculate(config, &json!({"price": 2.5, "quantity": 4, "rate": 99})).unwrap(),
            json!({"expression": "price * quantity * rate", "result": 20.0})
        );
    }

    #[test]
    fn as_a_tool_the_expression_comes_with_the_input() {
        let answer = Calculate.run(Json::Null, &json!({"expression": "2 ** 10"}).into());
        assert_eq!(answer, Answer::new(json!({"expression": "2 ** 10", "result": 1024})).into());
    }

    #[test]
    fn the_input_cannot_replace_a_configured_expression() {
        let answer = calculate(json!({"expression": "1 + 1"}), &json!({"expression": "9"})).unwrap();
        assert_eq!(answer["result"], json!(2));
        assert_eq!(calculate(json!({"expression": 7}), &Json::Null).unwrap()["result"], json!(7));
    }

    #[test]
    fn a_rounded_integer_is_said() {
        let answer = calculate(json!({"expression": "2 ** 64"}), &Json::Null).unwrap();
        assert!(answer["note"].as_str().unwrap().contains("rounded"));
    }

    #[test]
    fn a_fault_is_permanent_and_has_a_code() {
        let Outcome::Failed(failure) = Calculate.run(json!({"expression": "1 / 0"}), &Payload::default())
        else {
            panic!("no failure")
        };
        assert_eq!((failure.code.as_str(), failure.retryable), ("division_by_zero", false));
        assert_eq!(failure.message, "column 3: division by zero");
        assert!(matches!(calculate(Json::Null, &Json::Null), Err(Error::Input(_))));
    }
}
