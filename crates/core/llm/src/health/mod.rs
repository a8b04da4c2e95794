//! How the gateway is, for people and alarms.

mod alerts;
mod look;

use serde::Serialize;
use utoipa::ToSchema;

use crate::breaker::Standing;
use crate::queue::QueueStatus;

pub use alerts::{ALERTS, Alert, Level};
pub(crate) use look::health;

/// The state of the gateway on this node.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelHealth)]
pub struct Health {
    /// How crowded it is.
    pub status: QueueStatus,
    /// Those who wait for a place at a provider.
    pub queue: QueueHealth,
    /// Answers given again.
    pub cache: CacheHealth,
    /// Times of the last five minutes.
    pub latency: LatencyHealth,
    /// Every provider with a key, or that needs none.
    pub providers: Vec<ProviderHealth>,
    /// What is not as it should be.
    pub alerts: Vec<Alert>,
}

/// Those who wait.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelQueueHealth)]
pub struct QueueHealth {
    /// How many.
    pub waiting: usize,
    /// For how long the first of them has.
    pub oldest_wait_ms: i64,
    /// How many were turned away since the start.
    pub shed: u64,
    /// The same of each tier.
    pub tiers: Vec<TierHealth>,
}

/// One tier's part of the queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelTierHealth)]
pub struct TierHealth {
    /// Its word.
    pub tier: &'static str,
    /// How many wait.
    pub waiting: usize,
    /// How many were turned away since the start.
    pub shed: u64,
    /// How likely the next one that finds all places taken is turned away.
    pub shed_probability: f64,
}

/// Answers given again, since the start.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelCacheHealth)]
pub struct CacheHealth {
    /// Found.
    pub hits: u64,
    /// Not found.
    pub misses: u64,
    /// Kept now.
    pub entries: usize,
    /// What they weigh.
    pub bytes: usize,
}

/// Times of calls that went to a provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelLatencyHealth)]
pub struct LatencyHealth {
    /// How many.
    pub calls: usize,
    /// The median.
    pub p50_ms: i64,
    /// What one in a hundred takes longer than.
    pub p99_ms: i64,
}

/// One provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelProviderHealth)]
pub struct ProviderHealth {
    /// Its name.
    pub name: String,
    /// Calls on their way.
    pub in_flight: usize,
    /// Calls that may be on their way.
    pub concurrency: usize,
    /// Calls that wait.
    pub waiting: usize,
    /// Calls of the last five minutes.
    pub calls: usize,
    /// The share of them that it failed.
    pub error_rate: f64,
    /// Its breakers that are not closed.
    pub breakers: Vec<BreakerHealth>,
}

/// One breaker.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelBreakerHealth)]
pub struct BreakerHealth {
    /// The model it is for.
    pub model: String,
    /// Whose key it is for: `platform`, or `own` for an owner's, who is not named.
    pub key: &'static str,
    /// How it stands.
    pub state: Standing,
    /// When the next call may try, in seconds.
    pub retry_after_s: u64,
}
