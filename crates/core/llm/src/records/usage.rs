use db::{Db, Row};
use kit::Timestamp;
use kit::ids::{FlowId, OwnerId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Error, sql};

const DAY_MS: i64 = 86_400_000;
const NANO: f64 = 1e9;

/// Which calls are counted.
#[derive(Debug, Clone)]
pub struct UsageFilter {
    /// From this moment on.
    pub from: Timestamp,
    /// Up to before this one.
    pub to: Timestamp,
    /// Those of a flow only.
    pub flow: Option<FlowId>,
    /// Those that a model answered only.
    pub model: Option<String>,
}

/// What one model did for one flow, or outside any, on one day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelUsageRow)]
pub struct UsageRow {
    /// The day's first moment (UTC).
    pub day: Timestamp,
    /// The flow; none for calls from outside any.
    #[schema(required)]
    pub flow_id: Option<FlowId>,
    /// Who answered.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Calls in all.
    pub calls: u64,
    /// Of those, those that ended otherwise than well.
    pub failed: u64,
    /// Of those, those answered from the cache.
    pub from_cache: u64,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Of the tokens read, those from the provider's cache.
    pub cached_tokens: u64,
    /// What they cost, in dollars.
    pub cost: f64,
    /// The same in billionths of a dollar, exact.
    pub cost_nano_dollars: u64,
    /// Calls whose price nobody knows; they are not in the cost.
    pub unpriced_calls: u64,
    /// The mean time of a call.
    pub average_latency_ms: u64,
}

/// An owner's usage by day, flow and model, newest and dearest first; at most 10,000 rows.
pub(crate) async fn usage(db: &Db, owner: OwnerId, filter: &UsageFilter) -> Result<Vec<UsageRow>, Error> {
    let flow = filter.flow.map(|flow| flow.to_string()).unwrap_or_default();
    let model = filter.model.as_deref().unwrap_or_default();
    let rows = db.all(&sql::USAGE, &db::params![owner, filter.from, filter.to, flow, model]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<UsageRow, Error> {
    let calls: u64 = row.get(4)?;
    let cost_nano_dollars: u64 = row.get(10)?;
    let latency_ms: u64 = row.get(12)?;
    Ok(UsageRow {
        day: Timestamp::from_millis(row.get::<i64>(0)?.saturating_mul(DAY_MS)),
        flow_id: row.get(1)?,
        provider: row.get(2)?,
        model: row.get(3)?,
        calls,
        failed: row.get(5)?,
        from_cache: row.get(6)?,
        input_tokens: row.get(7)?,
        output_tokens: row.get(8)?,
        cached_tokens: row.get(9)?,
        cost: cost_nano_dollars as f64 / NANO,
        cost_nano_dollars,
        unpriced_calls: row.get(11)?,
        average_latency_ms: latency_ms / calls.max(1),
    })
}
