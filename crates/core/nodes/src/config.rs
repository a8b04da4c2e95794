//! Reading a rendered configuration into a handler's own type.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::Error;

/// The configuration as `T`; a listener without one has an empty one.
pub(crate) fn read<T: DeserializeOwned>(config: Json) -> Result<T, Error> {
    let config = if config.is_null() { Json::Object(Map::new()) } else { config };
    serde_json::from_value(config).map_err(|error| Error::Config(error.to_string()))
}

/// Keeps a field that is there and null apart from one that is not there.
pub(crate) fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, serde::Deserialize)]
    struct Sample {
        url: String,
        #[serde(default, deserialize_with = "present")]
        value: Option<Json>,
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = read::<Sample>(Json::Null).unwrap_err();
        assert_eq!(error.to_string(), "the configuration cannot be used: missing field `url`");
    }

    #[test]
    fn null_and_absent_are_told_apart() {
        let with = read::<Sample>(json!({"url": "u", "value": null})).unwrap();
        let without = read::<Sample>(json!({"url": "u"})).unwrap();
        assert_eq!((with.value, without.value, with.url), (Some(Json::Null), None, "u".to_owned()));
    }
}
