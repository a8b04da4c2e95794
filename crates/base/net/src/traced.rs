//! A request as a trace tells it: method, host, status. Tokens stand in paths and queries, so neither is told.

use kit::Problem;
use kit::trace::{HEADER, Side, Span, Trace};

use crate::Error;
use crate::hop::Hop;

/// Nothing, where nothing caused it: what sends the traces leaves none.
pub(crate) fn begin(hop: &Hop) -> Span {
    let span = Span::within(Side::Client, || hop.method.as_str(), &Trace::current());
    if span.is_seen() {
        span.set("http.request.method", hop.method.as_str());
        span.set("server.address", hop.host());
        span.set("server.port", i64::from(hop.url.port_or_known_default().unwrap_or(0)));
    }
    span
}

/// What tells the other side whose request it is; a caller's own header stays.
pub(crate) fn header(span: &Span, hop: &Hop) -> Option<String> {
    if hop.headers.contains_key(HEADER) { None } else { span.trace().header() }
}

pub(crate) fn end(span: &Span, answer: Result<u16, &Error>) {
    if !span.is_seen() {
        return;
    }
    match answer {
        Ok(status) => {
            span.set("http.response.status_code", i64::from(status));
            if status >= 400 {
                span.fail(status.to_string());
            }
        }
        Err(error) => span.fail(error.code()),
    }
}
