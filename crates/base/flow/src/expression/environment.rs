use std::sync::OnceLock;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};

use super::json;

/// The work one evaluation may do: about that many instructions, or 64 bytes of data each; a millisecond or two.
const FUEL: u64 = 50_000;

/// Bytes that one rendered template may make.
pub(super) const OUTPUT_MAX_BYTES: usize = 1024 * 1024;

/// The names in scope.
pub(super) const NAMES: [&str; 7] = ["input", "trigger", "steps", "vars", "secret", "execution", "now"];

/// Functions that are no names in scope.
pub(super) const FUNCTIONS: [&str; 3] = ["range", "dict", "namespace"];

/// The filters there are.
pub(super) const FILTERS: [&str; 45] = [
    "lower",
    "upper",
    "title",
    "capitalize",
    "replace",
    "length",
    "count",
    "dictsort",
    "items",
    "reverse",
    "trim",
    "join",
    "split",
    "lines",
    "default",
    "d",
    "round",
    "abs",
    "int",
    "float",
    "attr",
    "first",
    "last",
    "min",
    "max",
    "sort",
    "list",
    "string",
    "bool",
    "batch",
    "slice",
    "sum",
    "indent",
    "select",
    "reject",
    "selectattr",
    "rejectattr",
    "map",
    "groupby",
    "unique",
    "chain",
    "zip",
    "format",
    "tojson",
    "fromjson",
];

/// The tests there are (`is …`).
pub(super) const TESTS: [&str; 33] = [
    "undefined",
    "defined",
    "none",
    "boolean",
    "odd",
    "even",
    "divisibleby",
    "number",
    "integer",
    "int",
    "float",
    "string",
    "sequence",
    "iterable",
    "mapping",
    "startingwith",
    "endingwith",
    "lower",
    "upper",
    "sameas",
    "eq",
    "equalto",
    "ne",
    "lt",
    "lessthan",
    "le",
    "gt",
    "greaterthan",
    "ge",
    "in",
    "true",
    "false",
    "filter",
];

/// The one environment, built at first use.
pub(super) fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(build)
}

fn build() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(100);
    // So that an error knows where it happened and which name was undefined; costs nothing on success.
    environment.set_debug(true);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_formatter(write_value);
    environment.add_filter("tojson", tojson);
    environment.add_filter("fromjson", fromjson);
    for filter in ["safe", "escape", "e", "pprint"] {
        environment.remove_filter(filter);
    }
    for test in ["safe", "escaped"] {
        environment.remove_test(test);
    }
    // Prints the whole scope, with what is in it.
    environment.remove_global("debug");
    environment
}

/// How a value reads inside text: strings as they are, everything else as JSON.
fn write_value(output: &mut Output, _state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) => output.write_str(text)?,
        None => output.write_str(&to_text(value, None)?)?,
    }
    Ok(())
}

/// JSON text without HTML escapes: the engine's own filter writes `'` as `\u0027`.
#[expect(clippy::needless_pass_by_value, reason = "the shape of a filter")]
fn tojson(value: &Value, indent: Option<usize>, kwargs: Kwargs) -> Result<String, Error> {
    let named: Option<usize> = kwargs.get("indent")?;
    kwargs.assert_all_used()?;
    to_text(value, indent.or(named))
}

fn to_text(value: &Value, indent: Option<usize>) -> Result<String, Error> {
    let mut budget = OUTPUT_MAX_BYTES;
    let json = json::from_value(value, &mut budget).map_err(|error| refuse(error.message))?;
    match indent {
        Some(_) => serde_json::to_string_pretty(&json),
        None => serde_json::to_string(&json),
    }
    .map_err(|error| refuse(error.to_string()))
}

fn fromjson(text: &str) -> Result<Value, Error> {
    let json: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| refuse(format!("fromjson: the text is not JSON: {error}")))?;
    Ok(Value::from(minijinja::value::Serde(&json)))
}

fn refuse(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_filter_test_and_function_exists() {
        let environment = environment();
        let mut state = environment.empty_state();
        for filter in FILTERS {
            let error = state.apply_filter(filter, &[]).err().map(|error| error.kind());
            assert_ne!(error, Some(ErrorKind::UnknownFilter), "{filter}");
        }
        for test in TESTS {
            let error = state.perform_test(test, &[]).err().map(|error| error.kind());
            assert_ne!(error, Some(ErrorKind::UnknownTest), "{test}");
        }
        for function in FUNCTIONS {
            assert!(environment.globals().any(|(name, _)| name == function), "{function}");
        }
    }

    #[test]
    fn nothing_that_prints_the_scope_is_left() {
        assert!(environment().globals().all(|(name, _)| FUNCTIONS.contains(&name)));
    }
}
