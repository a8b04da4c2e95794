//! What the log and the metrics learn of a request: method, route, status, time. Never its query, body or headers.

use axum::extract::MatchedPath;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use kit::trace::{HEADER, Side, Span, Trace};
use tokio::time::Instant;

use crate::failure::Cause;

/// One request on its way.
pub(super) struct Visit {
    method: &'static str,
    route: Option<MatchedPath>,
    id: HeaderValue,
    started: Instant,
    span: Span,
}

impl Visit {
    /// Starts the watch.
    pub(super) fn begin(
        method: &Method,
        headers: &HeaderMap,
        route: Option<MatchedPath>,
        id: HeaderValue,
    ) -> Self {
        let method = name_of(method);
        let span = span(method, headers, route.as_ref().map(MatchedPath::as_str));
        Self { method, route, id, started: Instant::now(), span }
    }

    /// What the request causes is part of it.
    pub(super) fn trace(&self) -> Trace {
        self.span.trace()
    }

    /// Counts the request and writes its line: at `debug`, or with the cause when it is our fault.
    pub(super) fn end(self, response: &Response) {
        let status = response.status();
        let seconds = self.started.elapsed().as_secs_f64();
        let route = self.route.as_ref().map_or("(none)", MatchedPath::as_str);
        let id = self.id.to_str().unwrap_or_default();
        metrics::counter!("bloxserver_http_requests_total",
            "method" => self.method, "route" => route.to_owned(), "status" => status.as_str().to_owned())
        .increment(1);
        metrics::histogram!("bloxserver_http_request_seconds", "route" => route.to_owned()).record(seconds);
        if self.span.is_seen() {
            self.span.set("http.response.status_code", i64::from(status.as_u16()));
            self.span.set("bloxserver.request.id", id.to_owned());
            if status.is_server_error() {
                self.span.fail(status.as_str().to_owned());
            }
        }
        let cause = response.extensions().get::<Cause>().map(|cause| cause.0.as_str());
        match cause {
            Some(cause) => tracing::error!(
                target: "door::access", method = self.method, route, status = status.as_u16(), request_id = id, cause,
                "a request failed"
            ),
            None => tracing::debug!(
                target: "door::access", method = self.method, route, status = status.as_u16(), request_id = id, seconds,
                "a request was answered"
            ),
        }
    }
}

/// The request's span, caused by the caller's own when its header names one; monitors leave none.
fn span(method: &'static str, headers: &HeaderMap, route: Option<&str>) -> Span {
    let route = route.unwrap_or("(none)");
    if !kit::trace::is_on() || route.starts_with("/health") || route == "/metrics" {
        return Span::default();
    }
    let caller = Trace::of_header(headers.get(HEADER).and_then(|value| value.to_str().ok()));
    let span = Span::first(Side::Server, format!("{method} {route}"), &caller);
    span.set("http.request.method", method);
    span.set("http.route", route.to_owned());
    span
}

/// The methods there are; any other text is one label, so that callers cannot make labels.
fn name_of(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("OTHER")
}
