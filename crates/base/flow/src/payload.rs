use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

/// What a message carries: JSON, shared, turned once into the form that expressions read.
#[derive(Clone)]
pub struct Payload(Arc<Inner>);

struct Inner {
    json: Json,
    evaluated: OnceLock<minijinja::Value>,
}

impl Payload {
    /// Takes the JSON in.
    pub fn new(json: Json) -> Self {
        Self(Arc::new(Inner { json, evaluated: OnceLock::new() }))
    }

    /// The JSON itself.
    pub fn json(&self) -> &Json {
        &self.0.json
    }

    /// Whether it is the very same one, not only an equal one, tells this number.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// The same as expressions see it; converted at first use.
    pub(crate) fn evaluated(&self) -> &minijinja::Value {
        self.0.evaluated.get_or_init(|| minijinja::Value::from(minijinja::value::Serde(&self.0.json)))
    }
}

impl Default for Payload {
    fn default() -> Self {
        Self::new(Json::Null)
    }
}

impl From<Json> for Payload {
    fn from(json: Json) -> Self {
        Self::new(json)
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.0.json == other.0.json
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.json.fmt(f)
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Self::new)
    }
}
