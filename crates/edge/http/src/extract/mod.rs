//! Extractors whose refusals are [`ApiError`](crate::ApiError)s.

pub mod body;
pub mod json;
mod path;
mod query;

pub use json::Json;
pub use path::Path;
pub use query::Query;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Failure, Faults, Validate};

/// Reads a `T` from `source` and checks it; a refusal names the field at fault.
fn decode<'de, T, D>(source: D) -> Result<T, Failure>
where
    T: DeserializeOwned + Validate,
    D: serde::Deserializer<'de>,
    D::Error: std::fmt::Display,
{
    let value: T = serde_path_to_error::deserialize(source)
        .map_err(|error| refusal(&error.path().to_string(), &error.inner().to_string()))?;
    let mut faults = Faults::default();
    value.validate(&mut faults);
    faults.into_result()?;
    Ok(value)
}

/// A refusal whose path is as exact as serde's message allows: a missing or unknown field is named itself.
fn refusal(parent: &str, message: &str) -> Failure {
    let named = message.split('`').nth(1).unwrap_or_default();
    let is_about_child = message.starts_with("missing field") || message.starts_with("unknown field");
    let path = match (parent, is_about_child) {
        (".", true) => named.to_owned(),
        (parent, true) if parent != named && !parent.ends_with(&format!(".{named}")) => {
            format!("{parent}.{named}")
        }
        (".", false) => "body".to_owned(),
        (parent, _) => parent.to_owned(),
    };
    Failure::invalid(Value::Object(Map::from_iter([(path, Value::String(message.to_owned()))])))
}
