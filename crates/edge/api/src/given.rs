//! Fields in which null says something else than absence.

use serde::{Deserialize, Deserializer};

/// Tells null, which is `Some`, from absent; with `#[serde(default)]`.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
