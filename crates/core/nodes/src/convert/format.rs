use std::fmt;

use serde::{Deserialize, Serialize};

/// What is converted from and to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// RFC 8259.
    Json,
    /// XML 1.0 without a document type.
    Xml,
    /// RFC 4180, with a choice of delimiter.
    Csv,
    /// YAML 1.2, core schema, without aliases.
    Yaml,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Xml => "XML",
            Self::Csv => "CSV",
            Self::Yaml => "YAML",
        })
    }
}
