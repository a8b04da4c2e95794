//! What the server counts, for Prometheus.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use door::Failure;
use engine::Engine;
use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// From 100 µs, a commit on a fast disk, to 60 s, an agent's turn.
const SECONDS: [f64; 16] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0];
/// A gathered commit takes at most some hundreds.
const SIZES: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// How often what was recorded is put into its buckets: between, it only grows.
const UPKEEP: Duration = Duration::from_secs(5);

/// How often the gauges are set; a scrape comes about as often.
const MEASURE: Duration = Duration::from_secs(15);

/// What kind of figure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Counter,
    Gauge(Unit),
    Histogram(Unit),
}

/// Every metric with its help text; docs/operating.md has the same list.
const METRICS: &[(&str, Shape, &str)] = &[
    (
        "bloxserver_http_requests_total",
        Shape::Counter,
        "Requests answered, by method, route template and status.",
    ),
    (
        "bloxserver_http_request_seconds",
        Shape::Histogram(Unit::Seconds),
        "Time from a request's head to its answer's head, by route template.",
    ),
    (
        "bloxserver_http_connections_refused_total",
        Shape::Counter,
        "Connections turned away because too many were open.",
    ),
    ("bloxserver_executions_started_total", Shape::Counter, "Executions whose first commit is on disk."),
    ("bloxserver_executions_ended_total", Shape::Counter, "Executions that ended, by status."),
    (
        "bloxserver_commit_gathered",
        Shape::Histogram(Unit::Count),
        "Commits of executions that went to the database together.",
    ),
    (
        "bloxserver_commit_seconds",
        Shape::Histogram(Unit::Seconds),
        "Time that a gathered commit took, its sync to disk included.",
    ),
    ("bloxserver_disk_free_bytes", Shape::Gauge(Unit::Bytes), "Free space where the SQLite database lies."),
    (
        "bloxserver_executions",
        Shape::Gauge(Unit::Count),
        "Executions of all flows that there are, by status.",
    ),
    ("bloxserver_executions_driven", Shape::Gauge(Unit::Count), "Executions that this node drives."),
    (
        "bloxserver_queue_depth",
        Shape::Gauge(Unit::Count),
        "Executions that stand in a queue, over all nodes.",
    ),
    (
        "bloxserver_lag_seconds",
        Shape::Gauge(Unit::Seconds),
        "How long the execution that should run next has been due; 0 when none is.",
    ),
    (
        "bloxserver_shared_up",
        Shape::Gauge(Unit::Count),
        "Whether the server that nodes count limits on is reached.",
    ),
    ("bloxserver_shared_lost_total", Shape::Counter, "Times that the server that nodes count on was lost."),
    ("bloxserver_claimed_total", Shape::Counter, "Executions that this node has taken, by why."),
    (
        "bloxserver_claim_seconds",
        Shape::Histogram(Unit::Seconds),
        "Time that the statement took that found something to take.",
    ),
    (
        "bloxserver_step_seconds",
        Shape::Histogram(Unit::Seconds),
        "Time that one attempt of a step took, by handler and outcome.",
    ),
    ("bloxserver_step_retries_total", Shape::Counter, "Attempts of steps after the first, by handler."),
    (
        "bloxserver_alerts_total",
        Shape::Counter,
        "Alerts that this node's watchdog raised, by rule and level.",
    ),
    (
        "bloxserver_audit_lost_total",
        Shape::Counter,
        "Changes of users that the audit log could not keep; the log has them.",
    ),
    ("bloxserver_llm_calls_total", Shape::Counter, "Calls of models, by provider and outcome."),
    (
        "bloxserver_llm_seconds",
        Shape::Histogram(Unit::Seconds),
        "Time that a call of a model took, by provider.",
    ),
    (
        "bloxserver_llm_breaker_opened_total",
        Shape::Counter,
        "Times that a provider was left alone for a while.",
    ),
    (
        "bloxserver_llm_shed_total",
        Shape::Counter,
        "Calls of models turned away because too many waited, by tier.",
    ),
    (
        "bloxserver_llm_wait_seconds",
        Shape::Histogram(Unit::Seconds),
        "Time that calls waited for a place at a provider, by tier.",
    ),
    ("bloxserver_llm_waiting", Shape::Gauge(Unit::Count), "Calls that wait for a place, by tier."),
    (
        "bloxserver_llm_oldest_wait_seconds",
        Shape::Gauge(Unit::Seconds),
        "How long the first of those that wait has waited.",
    ),
    ("bloxserver_llm_in_flight", Shape::Gauge(Unit::Count), "Calls on their way, by provider."),
    ("bloxserver_llm_breakers_open", Shape::Gauge(Unit::Count), "Breakers that are not closed, by provider."),
    (
        "bloxserver_llm_error_rate",
        Shape::Gauge(Unit::Count),
        "Share of the calls of five minutes that failed at a provider, from 0 to 1.",
    ),
    ("bloxserver_llm_cache_bytes", Shape::Gauge(Unit::Bytes), "What answers kept for calls weigh."),
    (
        "bloxserver_llm_alert",
        Shape::Gauge(Unit::Count),
        "What is not as it should be with models, by what was measured: 1 a warning, 2 critical.",
    ),
    ("bloxserver_llm_records_lost_total", Shape::Counter, "Records of calls that could not be kept."),
];

/// Starts recording; once a process.
pub(crate) fn start() -> Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_gathered".to_owned()), &SIZES)?;
    let handle = builder.install_recorder()?;
    for (name, shape, help) in METRICS {
        match shape {
            Shape::Counter => metrics::describe_counter!(*name, *help),
            Shape::Gauge(unit) => metrics::describe_gauge!(*name, *unit, *help),
            Shape::Histogram(unit) => metrics::describe_histogram!(*name, *unit, *help),
        }
    }
    Ok(handle)
}

/// Keeps the memory of what was recorded small, until `stop`.
pub(crate) async fn keep_small(handle: PrometheusHandle, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(UPKEEP);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        handle.run_upkeep();
    }
}

/// Sets the gauges now and then, until `stop`.
pub(crate) async fn keep_measuring(engine: Engine, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(MEASURE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = engine.measure().await {
            tracing::warn!(%error, "the gauges could not be set");
        }
    }
}

/// `/metrics` for everybody who reaches the address.
pub(crate) fn router(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(move || async move { text(&handle) }))
}

/// `/metrics` for callers of this machine alone; for others it is not there.
pub(crate) fn router_for_this_machine(handle: PrometheusHandle) -> Router {
    let answer = async move |ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: HeaderMap| {
        // Behind a reverse proxy on this machine everybody seems to be on it.
        let is_forwarded = ["forwarded", "x-forwarded-for"].iter().any(|name| headers.contains_key(*name));
        match peer.ip().to_canonical().is_loopback() && !is_forwarded {
            true => text(&handle),
            false => Failure::not_found().into_response(),
        }
    };
    Router::new().route("/metrics", get(answer))
}

fn text(handle: &PrometheusHandle) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn the_page_for_operators_lists_every_metric_and_no_other() {
        let page = include_str!("../../../docs/operating.md");
        let listed: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        let listed: Vec<&str> = listed.into_iter().filter(|name| name.starts_with("bloxserver_")).collect();
        for (name, ..) in METRICS {
            assert!(listed.contains(name), "{name} is not in docs/operating.md");
        }
        assert_eq!(listed.len(), METRICS.len());
    }

    async fn ask(router: Router, from: &str, forwarded: bool) -> (u16, String) {
        let mut request = Request::get("/metrics").body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 4711)));
        if forwarded {
            request.headers_mut().insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
        }
        let (head, body) = router.oneshot(request).await.unwrap().into_parts();
        (head.status.as_u16(), String::from_utf8(to_bytes(body, 1_000_000).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn they_are_told_to_callers_of_this_machine_with_help_and_buckets() {
        let handle = start().unwrap();
        metrics::counter!("bloxserver_executions_started_total").increment(2);
        metrics::histogram!("bloxserver_commit_seconds").record(0.003);
        let public = router_for_this_machine(handle.clone());
        for (from, forwarded, status) in [
            ("127.0.0.1", false, 200),
            ("::1", false, 200),
            ("192.0.2.1", false, 404),
            ("127.0.0.1", true, 404),
        ] {
            assert_eq!(ask(public.clone(), from, forwarded).await.0, status, "{from} {forwarded}");
        }
        let (status, text) = ask(router(handle), "192.0.2.1", false).await;
        assert_eq!(status, 200);
        for line in [
            "# HELP bloxserver_executions_started_total Executions whose first commit is on disk.",
            "# TYPE bloxserver_commit_seconds histogram",
            "bloxserver_commit_seconds_bucket{le=\"0.0025\"} 0",
            "bloxserver_commit_seconds_bucket{le=\"0.005\"} 1",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    #[test]
    fn each_that_a_room_records_has_its_help() {
        fn names(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    names(&entry, found);
                } else if entry.extension().is_some_and(|extension| extension == "rs") {
                    let text = std::fs::read_to_string(&entry).unwrap();
                    let parts = text.split("!(\"bloxserver_").skip(1);
                    found.extend(parts.map(|part| format!("bloxserver_{}", part.split('"').next().unwrap())));
                }
            }
        }
        let mut found = Vec::new();
        for floor in ["base", "core", "edge"] {
            names(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(floor), &mut found);
        }
        assert!(found.len() > 5, "{found:?}");
        for name in found {
            assert!(METRICS.iter().any(|(known, _, _)| *known == name), "{name} stands in no list");
        }
    }

    #[test]
    fn the_page_for_operators_lists_each() {
        let page = include_str!("../../../docs/operating.md");
        for (name, _, _) in METRICS {
            assert!(page.contains(&format!("`{name}`")), "docs/operating.md lacks {name}");
        }
    }
}
