use super::{Shared, client, config};
use crate::{Error, Result};

/// How a shared server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedServer {
    /// The product and its version, `Valkey 8.0.1` or `Redis 7.0.15`.
    pub product: String,
    /// What it does when its memory is full, in its own words.
    pub when_full: String,
    /// Whether it takes writes.
    pub is_writable: bool,
}

impl Shared {
    /// Asks a server how it is, and changes nothing.
    pub async fn examine(url: &str) -> Result<SharedServer> {
        let failed = |error: redis::RedisError| Error::Unavailable(error.to_string());
        let connected = client(url)?.get_multiplexed_async_connection_with_config(&config()).await;
        let mut connection = connected.map_err(failed)?;
        let told: String = redis::cmd("INFO").query_async(&mut connection).await.map_err(failed)?;
        let value = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or_default().trim().to_owned()
        };
        let product = match value("valkey_version") {
            version if version.is_empty() => format!("Redis {}", value("redis_version")),
            version => format!("Valkey {version}"),
        };
        Ok(SharedServer {
            product,
            when_full: value("maxmemory_policy"),
            is_writable: value("role") == "master",
        })
    }
}
