use std::collections::BTreeMap;

use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use engine::journal::RunPoint;
use kit::Timestamp;
use kit::ids::FlowId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ApiState;
use crate::signed::Signed;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// How long a step of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SeriesStep {
    /// An hour.
    Hour,
    /// A day (UTC).
    #[default]
    Day,
}

/// Which series.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SeriesQuery {
    /// How long a step is; a day when nothing is said.
    #[serde(default)]
    #[param(inline, required = false)]
    step: SeriesStep,
    /// How many steps, the present one the last: at most 168 hours or 90 days.
    #[param(minimum = 1, maximum = 168, default = 14)]
    steps: Option<u32>,
    /// Only executions of this flow.
    #[serde(alias = "flow_id")]
    flow_id: Option<FlowId>,
    /// Whether each flow has points of its own.
    #[serde(default, alias = "by_flow")]
    #[param(default = false)]
    by_flow: bool,
}

/// How many executions ended, over time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RunSeries)]
pub(crate) struct SeriesBody {
    step: SeriesStep,
    /// The beginning of the first step.
    from: Timestamp,
    /// Steps in which something ended, the oldest first; one that is not here has none.
    points: Vec<PointBody>,
}

/// What ended, of the executions that started in one step.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RunPoint)]
pub(crate) struct PointBody {
    /// Null for all flows together.
    #[schema(required)]
    flow_id: Option<FlowId>,
    at: Timestamp,
    success: u64,
    error: u64,
    timeout: u64,
    /// Half of them took no longer, to within a tenth.
    #[schema(required)]
    p50_ms: Option<u64>,
    /// 95 of 100 took no longer, to within a tenth.
    #[schema(required)]
    p95_ms: Option<u64>,
}

/// How many executions ended over time, how, and how long they took; of all flows or of one.
///
/// It is counted as they end and outlives them: retention takes nothing from it for 90 days.
#[utoipa::path(
    get,
    path = "/executions/series",
    operation_id = "getRunSeries",
    tag = "Executions",
    params(SeriesQuery),
    responses(
        (status = 200, description = "The series", body = SeriesBody),
    ),
)]
pub(crate) async fn series(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<SeriesQuery>,
) -> door::Result<Json<SeriesBody>> {
    let step_hours = query.step.hours();
    let step_ms = i64::from(step_hours) * HOUR_MS;
    let now_ms = state.clock.now().as_millis();
    let end = now_ms - now_ms.rem_euclid(step_ms) + step_ms;
    let from = Timestamp::from_millis(end - step_ms * i64::from(query.steps()));
    let span = (from, Timestamp::from_millis(end));
    let points = state.engine.run_series(user.id, query.flow_id, span, step_hours).await?;
    let points = if query.by_flow { own(&points) } else { together(&points) };
    Ok(Json(SeriesBody { step: query.step, from, points }))
}

fn own(points: &[RunPoint]) -> Vec<PointBody> {
    points.iter().map(|point| body(Some(point.flow), point)).collect()
}

fn together(points: &[RunPoint]) -> Vec<PointBody> {
    let mut sums: BTreeMap<Timestamp, RunPoint> = BTreeMap::new();
    for point in points {
        sums.entry(point.at).and_modify(|sum| sum.join(point)).or_insert_with(|| point.clone());
    }
    sums.values().map(|sum| body(None, sum)).collect()
}

fn body(flow_id: Option<FlowId>, point: &RunPoint) -> PointBody {
    PointBody {
        flow_id,
        at: point.at,
        success: point.succeeded,
        error: point.failed,
        timeout: point.timed_out,
        p50_ms: point.durations.quantile(0.5),
        p95_ms: point.durations.quantile(0.95),
    }
}

impl SeriesStep {
    fn hours(self) -> u32 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
        }
    }

    fn most(self) -> u32 {
        match self {
            Self::Hour => 168,
            Self::Day => 90,
        }
    }
}

impl SeriesQuery {
    fn steps(&self) -> u32 {
        self.steps.unwrap_or(14)
    }
}

impl Validate for SeriesQuery {
    fn validate(&self, faults: &mut Faults) {
        let most = self.step.most();
        if !(1..=most).contains(&self.steps()) {
            faults.add("steps", format!("is not from 1 to {most}"));
        }
    }
}
