use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use kit::Timestamp;
use kit::ids::FlowId;
use llm::{UsageFilter, UsageRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

const DAY_MS: i64 = 86_400_000;
/// How far back the answer goes when nobody says.
const DEFAULT_DAYS: i64 = 30;

/// Which calls are counted: moments in RFC 3339, or days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsageQuery {
    from: Option<String>,
    to: Option<String>,
    #[serde(rename = "flowId", alias = "flow_id")]
    flow: Option<FlowId>,
    model: Option<String>,
}

/// Calls of models in a span of time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelUsageReport)]
pub(crate) struct UsageBody {
    from: Timestamp,
    /// Not counted any more.
    to: Timestamp,
    /// By day, flow and model; the newest and dearest first, at most 10,000.
    items: Vec<UsageRow>,
    total: Total,
}

/// The sums over all items.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelUsageTotal)]
pub(crate) struct Total {
    calls: u64,
    failed: u64,
    from_cache: u64,
    input_tokens: u64,
    output_tokens: u64,
    cached_tokens: u64,
    /// In US dollars.
    cost: f64,
    /// The same in billionths of a dollar, exact.
    cost_nano_dollars: u64,
    /// Calls whose price nobody knows.
    unpriced_calls: u64,
}

/// The user's calls of models by day, flow and model, with their cost.
#[utoipa::path(
    get,
    path = "/llm/usage",
    operation_id = "getModelUsage",
    tag = "Models",
    params(
        ("from" = Option<String>, Query, description = "A day or a moment; 30 days before `to` when absent"),
        ("to" = Option<String>, Query, description = "A day, counted whole, or a moment; the end of today when absent"),
        ("flowId" = Option<String>, Query, description = "Calls of this flow only"),
        ("model" = Option<String>, Query, description = "Calls that this model answered only"),
    ),
    responses(
        (status = 200, description = "By day, flow and model", body = UsageBody),
    ),
)]
pub(crate) async fn usage(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<UsageQuery>,
) -> door::Result<Json<UsageBody>> {
    let today = Timestamp::from_millis(state.clock.now().as_millis().div_euclid(DAY_MS) * DAY_MS);
    let to = moment(query.to.as_deref(), DAY_MS).unwrap_or(today.plus_ms(DAY_MS));
    let from = moment(query.from.as_deref(), 0).unwrap_or_else(|| to.plus_ms(-DEFAULT_DAYS * DAY_MS));
    let filter = UsageFilter { from, to, flow: query.flow, model: query.model };
    let items = state.gateway.usage(user.id, &filter).await?;
    Ok(Json(UsageBody { from, to, total: total(&items), items }))
}

fn total(items: &[UsageRow]) -> Total {
    let mut total = items.iter().fold(Total::default(), |sum, row| Total {
        calls: sum.calls + row.calls,
        failed: sum.failed + row.failed,
        from_cache: sum.from_cache + row.from_cache,
        input_tokens: sum.input_tokens + row.input_tokens,
        output_tokens: sum.output_tokens + row.output_tokens,
        cached_tokens: sum.cached_tokens + row.cached_tokens,
        cost: 0.0,
        cost_nano_dollars: sum.cost_nano_dollars + row.cost_nano_dollars,
        unpriced_calls: sum.unpriced_calls + row.unpriced_calls,
    });
    total.cost = total.cost_nano_dollars as f64 / 1e9;
    total
}

/// A moment; a day is its first one, or so much later.
fn moment(text: Option<&str>, later_ms: i64) -> Option<Timestamp> {
    let text = text?;
    let day = || Timestamp::parse(&format!("{text}T00:00:00Z")).map(|day| day.plus_ms(later_ms));
    Timestamp::parse(text).or_else(day)
}

impl Validate for UsageQuery {
    fn validate(&self, faults: &mut Faults) {
        for (name, text) in [("from", &self.from), ("to", &self.to)] {
            if text.is_some() && moment(text.as_deref(), 0).is_none() {
                faults.add(name, "is neither a day (2026-11-25) nor a moment (2026-11-25T12:00:00Z)");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_whole() {
        let first = moment(Some("2026-11-25"), 0).unwrap();
        assert_eq!(first.to_string(), "2026-11-25T00:00:00.000Z");
        assert_eq!(moment(Some("2026-11-25"), DAY_MS).unwrap().to_string(), "2026-11-26T00:00:00.000Z");
        assert_eq!(
            moment(Some("2026-11-25T12:00:00+01:00"), DAY_MS).unwrap().to_string(),
            "2026-11-25T11:00:00.000Z"
        );
        assert_eq!(moment(Some("yesterday"), 0), None);
    }
}
