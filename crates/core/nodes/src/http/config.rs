use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// What a listener asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    #[serde(default = "get")]
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: Map<String, Json>,
    #[serde(default)]
    pub(super) query: Map<String, Json>,
    #[serde(default)]
    pub(super) body: Json,
    #[serde(default)]
    pub(super) response: ReadAs,
    #[serde(default = "yes")]
    pub(super) fail_on_status: bool,
}

/// How the answer's body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ReadAs {
    /// By its `Content-Type`: JSON, else text, else base64.
    #[default]
    Auto,
    Json,
    Text,
    Base64,
}

fn get() -> String {
    "GET".to_owned()
}

fn yes() -> bool {
    true
}
