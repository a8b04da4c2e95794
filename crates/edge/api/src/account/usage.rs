use accounts::RunsLimit;
use axum::extract::State;
use door::Json;
use serde_json::{Value, json};

use crate::ApiState;
use crate::signed::Signed;

const DAY_MS: i64 = 86_400_000;

/// What this calendar month has used of the tier.
pub(crate) async fn usage(State(state): State<ApiState>, Signed(user): Signed) -> door::Result<Json<Value>> {
    let used = state.engine.monthly_usage(user.id).await?;
    let limit = match user.tier.runs_limit() {
        RunsLimit::Hard(limit) | RunsLimit::Soft(limit) => Some(limit),
        RunsLimit::Unlimited => None,
    };
    let percentage = limit.map_or(0.0, |limit| (used.runs as f64 / limit.max(1) as f64 * 100.0).min(100.0));
    let left_ms = used.period_end.since_ms(state.clock.now()).max(0);
    Ok(Json(json!({
        "periodStart": used.period_start,
        "periodEnd": used.period_end,
        "runsUsed": used.runs,
        "runsLimit": limit,
        "runsPercentage": percentage,
        "tokensUsed": used.input_tokens + used.output_tokens,
        "estimatedOverage": 0.0,
        "daysRemaining": (left_ms + DAY_MS - 1) / DAY_MS,
    })))
}
