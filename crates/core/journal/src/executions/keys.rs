use kit::Timestamp;
use kit::ids::ExecutionId;

use crate::{Journal, Result, sql};

/// What makes a repeated delivery known.
#[derive(Debug, Clone)]
pub struct BirthKey {
    /// The trigger and what its caller named.
    pub key: String,
    /// SHA-256 of the body in hex, where a repetition has to bring the same.
    pub body_hash: Option<String>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

impl Journal {
    /// The execution that a key has made, and the hash of its body.
    pub async fn execution_of_key(&self, key: &str) -> Result<Option<(ExecutionId, Option<String>)>> {
        let row = self.db().maybe(&sql::EXECUTION_OF_KEY, &db::params![key]).await?;
        row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
    }
}
