use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use llm::{Allowance, CacheOutcome, Reply, ReplyBody};

use super::caller::CACHE_SIMILARITY;

/// A model's answer, with who gave it, whether it was known, and what is left of the limits.
pub(crate) fn answer(reply: Reply) -> Response {
    let Reply { provider, model, cache, allowance, body } = reply;
    let (kind, body) = match body {
        ReplyBody::Whole(bytes) => ("application/json", Body::from(bytes)),
        ReplyBody::Events(events) => {
            let events = events.map(Ok::<_, std::convert::Infallible>);
            ("text/event-stream; charset=utf-8", Body::from_stream(events))
        }
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Proxies hand a stream on at once when they are told so.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    for (name, value) in [("x-provider", provider.as_str()), ("x-model", &model), ("x-cache", cache.as_str())]
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if let CacheOutcome::Similar(likeness) = cache {
        let similarity = format!("{:.3}", f64::from(likeness.permille) / 1_000.0);
        if let Ok(similarity) = HeaderValue::from_str(&similarity) {
            headers.insert(CACHE_SIMILARITY, similarity);
        }
        let by = if likeness.is_embedded { "embeddings" } else { "words" };
        headers.insert("x-cache-compared-by", HeaderValue::from_static(by));
    }
    if let Some(allowance) = allowance {
        limits(headers, &allowance);
    }
    response
}

/// The headers that OpenAI's clients read.
fn limits(headers: &mut HeaderMap, allowance: &Allowance) {
    let reset = format!("{}s", allowance.reset_ms.div_ceil(1_000));
    for (name, number) in [
        ("x-ratelimit-limit-requests", allowance.limit_requests),
        ("x-ratelimit-remaining-requests", allowance.remaining_requests),
        ("x-ratelimit-limit-tokens", allowance.limit_tokens),
        ("x-ratelimit-remaining-tokens", allowance.remaining_tokens),
    ] {
        headers.insert(HeaderName::from_static(name), number.into());
    }
    if let Ok(reset) = HeaderValue::from_str(&reset) {
        headers.insert("x-ratelimit-reset-requests", reset.clone());
        headers.insert("x-ratelimit-reset-tokens", reset);
    }
}
