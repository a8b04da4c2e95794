use axum::extract::State;
use door::{Failure, Json};
use engine::Readiness;
use kit::Kind;
use kit::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;

/// That the process answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthBody {
    #[schema(example = "healthy")]
    status: &'static str,
    timestamp: Timestamp,
    #[schema(example = "bloxserver-api")]
    service: &'static str,
}

/// That the process is alive.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Liveness)]
pub(crate) struct LivenessBody {
    #[schema(example = "alive")]
    status: &'static str,
    timestamp: Timestamp,
}

/// That it takes work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readiness)]
pub(crate) struct ReadinessBody {
    #[schema(example = "ready")]
    status: &'static str,
    timestamp: Timestamp,
    checks: ChecksBody,
}

/// What it stands on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadinessChecks)]
pub(crate) struct ChecksBody {
    #[schema(example = "ok")]
    database: &'static str,
}

/// That the process answers.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "getHealth",
    tag = "Health",
    responses(
        (status = 200, description = "It answers", body = HealthBody),
    ),
)]
pub(crate) async fn health(State(state): State<ApiState>) -> Json<HealthBody> {
    Json(HealthBody { status: "healthy", timestamp: state.clock.now(), service: "bloxserver-api" })
}

/// That the process is alive.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "getLiveness",
    tag = "Health",
    responses(
        (status = 200, description = "It is alive", body = LivenessBody),
    ),
)]
pub(crate) async fn live(State(state): State<ApiState>) -> Json<LivenessBody> {
    Json(LivenessBody { status: "alive", timestamp: state.clock.now() })
}

/// Whether it takes work; 503 while it does not.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "getReadiness",
    tag = "Health",
    responses(
        (status = 200, description = "It takes work", body = ReadinessBody),
        (status = 503, description = "`not_ready`: starting, closing, or without its database; `disk_full`: there is no room to remember more"),
    ),
)]
pub(crate) async fn ready(State(state): State<ApiState>) -> door::Result<Json<ReadinessBody>> {
    let (code, why) = match state.engine.readiness().await {
        Readiness::Ready => {
            let checks = ChecksBody { database: "ok" };
            return Ok(Json(ReadinessBody { status: "ready", timestamp: state.clock.now(), checks }));
        }
        Readiness::Starting => ("not_ready", "the server is starting"),
        Readiness::Draining => ("not_ready", "the server is closing"),
        Readiness::DatabaseAway => ("not_ready", "the database does not answer"),
        Readiness::DiskFull => ("disk_full", "the disk is nearly full: make room, and work goes on"),
    };
    Err(Failure::of_kind(Kind::Unavailable, code, why))
}
