use kit::Timestamp;
use kit::ids::FlowId;
use serde_json::Value as Json;

use crate::{Journal, Result, sql};

/// One write to a flow's memory.
#[derive(Debug, Clone, PartialEq)]
pub enum KvWrite {
    /// Sets a key.
    Set {
        /// Which.
        key: String,
        /// To what.
        value: Json,
        /// How long it stays, in milliseconds from the commit; for ever when absent.
        ttl_ms: Option<i64>,
    },
    /// Removes a key.
    Delete {
        /// Which.
        key: String,
    },
}

impl Journal {
    /// The value of a key that has not expired.
    pub async fn kv_get(&self, flow: FlowId, key: &str, now: Timestamp) -> Result<Option<Json>> {
        let row = self.db().maybe(&sql::KV_GET, &db::params![flow, key, now]).await?;
        let text: Option<String> = row.map(|row| row.get(0)).transpose()?;
        // Only this room writes the column, and only JSON.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The keys with that prefix, in order, at most 1,000.
    pub async fn kv_list(&self, flow: FlowId, prefix: &str, now: Timestamp) -> Result<Vec<String>> {
        let rows = self.db().all(&sql::KV_KEYS, &db::params![flow, now]).await?;
        let keys = rows.iter().map(|row| row.get::<String>(0).map_err(Into::into));
        let mut keys: Vec<String> = keys.collect::<Result<_>>()?;
        keys.retain(|key| key.starts_with(prefix));
        keys.truncate(1_000);
        Ok(keys)
    }
}
