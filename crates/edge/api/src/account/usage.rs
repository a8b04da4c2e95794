use accounts::RunsLimit;
use axum::extract::State;
use door::Json;
use kit::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Signed;

const DAY_MS: i64 = 86_400_000;

/// A calendar month of UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UsageDashboard)]
pub(crate) struct UsageBody {
    period_start: Timestamp,
    /// The first moment of the next month.
    period_end: Timestamp,
    runs_used: u64,
    /// Null when the tier has no limit.
    #[schema(required)]
    runs_limit: Option<u64>,
    /// From 0 to 100; 0 without a limit.
    runs_percentage: f64,
    /// Tokens that models read and wrote.
    tokens_used: u64,
    /// In US dollars.
    estimated_overage: f64,
    /// Days until the period's end, the present one counted.
    days_remaining: i64,
}

/// What this calendar month has used of the tier.
#[utoipa::path(
    get,
    path = "/usage",
    operation_id = "getUsage",
    tag = "Account",
    responses(
        (status = 200, description = "The month so far", body = UsageBody),
    ),
)]
pub(crate) async fn usage(
    State(state): State<ApiState>,
    Signed(user): Signed,
) -> door::Result<Json<UsageBody>> {
    let used = state.engine.monthly_usage(user.id).await?;
    let limit = match user.tier.runs_limit() {
        RunsLimit::Hard(limit) | RunsLimit::Soft(limit) => Some(limit),
        RunsLimit::Unlimited => None,
    };
    let percentage = limit.map_or(0.0, |limit| (used.runs as f64 / limit.max(1) as f64 * 100.0).min(100.0));
    let left_ms = used.period_end.since_ms(state.clock.now()).max(0);
    Ok(Json(UsageBody {
        period_start: used.period_start,
        period_end: used.period_end,
        runs_used: used.runs,
        runs_limit: limit,
        runs_percentage: percentage,
        tokens_used: used.input_tokens + used.output_tokens,
        estimated_overage: 0.0,
        days_remaining: (left_ms + DAY_MS - 1) / DAY_MS,
    }))
}
