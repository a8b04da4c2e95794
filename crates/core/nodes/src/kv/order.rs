use serde::Deserialize;
use serde_json::Value as Json;

use crate::{Error, config};

/// The longest key, in characters.
pub(super) const MAX_KEY_CHARACTERS: usize = 256;
/// The largest value, in bytes of JSON.
pub(super) const MAX_VALUE_BYTES: usize = 64 * 1024;
/// The longest stay: ten years of 365 days.
pub(super) const MAX_TTL_S: u64 = 315_360_000;

/// What is to be done with the memory, checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    Get { key: String },
    Set { key: String, value: Json, ttl_ms: Option<i64> },
    Delete { key: String },
    List { prefix: String },
}

#[derive(Debug, Deserialize)]
struct Config {
    operation: Operation,
    key: Option<Json>,
    #[serde(default, deserialize_with = "config::present")]
    value: Option<Json>,
    ttl: Option<Json>,
    prefix: Option<Json>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Get,
    Set,
    Delete,
    List,
}

/// Reads an order: what the configuration leaves open comes from the input, which replaces nothing of it.
pub(super) fn read(config: Json, input: &Json) -> Result<Order, Error> {
    let Config { operation, key, value, ttl, prefix } = config::read(config)?;
    let or_input = |configured: Option<Json>, name: &str| configured.or_else(|| input.get(name).cloned());
    let key = || checked_key(or_input(key, "key"));
    match operation {
        Operation::Get => Ok(Order::Get { key: key()? }),
        Operation::Delete => Ok(Order::Delete { key: key()? }),
        Operation::List => Ok(Order::List { prefix: checked_prefix(or_input(prefix, "prefix"))? }),
        Operation::Set => Ok(Order::Set {
            key: key()?,
            value: checked_value(or_input(value, "value"))?,
            ttl_ms: checked_ttl_ms(or_input(ttl, "ttl"))?,
        }),
    }
}

fn checked_key(key: Option<Json>) -> Result<String, Error> {
    let key = match key {
        Some(Json::String(key)) if !key.is_empty() => key,
        // An order's number is as good a key as its text.
        Some(Json::Number(number)) => number.to_string(),
        Some(_) => return Err(Error::Input("`key` must be a text that is not empty".to_owned())),
        None => return Err(Error::Input("there is no `key`, neither configured nor given".to_owned())),
    };
    checked_text("key", key)
}

fn checked_prefix(prefix: Option<Json>) -> Result<String, Error> {
    match prefix {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::String(prefix)) => checked_text("prefix", prefix),
        Some(_) => Err(Error::Input("`prefix` must be a text".to_owned())),
    }
}

fn checked_text(name: &str, text: String) -> Result<String, Error> {
    if text.chars().nth(MAX_KEY_CHARACTERS).is_some() {
        return Err(Error::Input(format!("`{name}` is longer than {MAX_KEY_CHARACTERS} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::Input(format!("`{name}` holds a control character; remove it")));
    }
    Ok(text)
}

fn checked_value(value: Option<Json>) -> Result<Json, Error> {
    let value =
        value.ok_or_else(|| Error::Input("there is no `value`, neither configured nor given".to_owned()))?;
    let bytes = value.to_string().len();
    if bytes > MAX_VALUE_BYTES {
        let problem = format!("`value` has {bytes} bytes of JSON, and at most {MAX_VALUE_BYTES} are kept");
        return Err(Error::Input(problem));
    }
    Ok(value)
}

/// Seconds, with fractions, as milliseconds.
fn checked_ttl_ms(ttl: Option<Json>) -> Result<Option<i64>, Error> {
    let seconds = match ttl {
        None | Some(Json::Null) => return Ok(None),
        Some(ttl) => ttl.as_f64(),
    };
    let millis = seconds
        .filter(|seconds| *seconds <= MAX_TTL_S as f64)
        .map(|seconds| (seconds * 1_000.0).round() as i64);
    match millis {
        Some(millis) if millis > 0 => Ok(Some(millis)),
        _ => Err(Error::Input(format!("`ttl` must be seconds, above 0 and at most {MAX_TTL_S}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(config: Json, input: &Json) -> String {
        read(config, input).unwrap_err().to_string()
    }

    #[test]
    fn the_input_fills_what_the_configuration_leaves_open() {
        let order =
            read(json!({"operation": "set", "ttl": 1.5}), &json!({"key": "k", "value": null})).unwrap();
        assert_eq!(order, Order::Set { key: "k".to_owned(), value: Json::Null, ttl_ms: Some(1_500) });
        let order = read(json!({"operation": "get", "key": "fixed"}), &json!({"key": "other"})).unwrap();
        assert_eq!(order, Order::Get { key: "fixed".to_owned() });
        let order = read(json!({"operation": "list", "prefix": "a/"}), &json!({"prefix": ""})).unwrap();
        assert_eq!(order, Order::List { prefix: "a/".to_owned() });
    }

    #[test]
    fn the_operation_cannot_come_from_the_input() {
        assert!(
            message(json!({}), &json!({"operation": "delete", "key": "k"}))
                .contains("missing field `operation`")
        );
        assert!(message(json!({"operation": "drop"}), &Json::Null).contains("drop"));
    }

    #[test]
    fn keys_are_bounded() {
        let get = |key: Json| read(json!({"operation": "get"}), &json!({ "key": key }));
        assert!(get(json!("\u{e9}".repeat(MAX_KEY_CHARACTERS))).is_ok());
        assert_eq!(get(json!(7)).unwrap(), Order::Get { key: "7".to_owned() });
        for key in
            [json!("k".repeat(MAX_KEY_CHARACTERS + 1)), json!(""), json!("a\u{0}"), json!([1]), Json::Null]
        {
            assert!(get(key.clone()).is_err(), "{key}");
        }
    }

    #[test]
    fn values_are_bounded() {
        let set = |bytes: usize| {
            read(json!({"operation": "set", "key": "k", "value": "x".repeat(bytes - 2)}), &Json::Null)
        };
        assert!(set(MAX_VALUE_BYTES).is_ok());
        assert!(set(MAX_VALUE_BYTES + 1).unwrap_err().to_string().contains("`value` has 65537 bytes"));
    }

    #[test]
    fn a_stay_is_positive_and_bounded() {
        let set =
            |ttl: Json| read(json!({"operation": "set", "key": "k", "value": 1, "ttl": ttl}), &Json::Null);
        assert!(set(json!(MAX_TTL_S)).is_ok() && set(Json::Null).is_ok());
        for ttl in [json!(0), json!(-1), json!(MAX_TTL_S + 1), json!("soon"), json!(0.0001), json!(1e300)] {
            assert!(set(ttl.clone()).is_err(), "{ttl}");
        }
    }
}
