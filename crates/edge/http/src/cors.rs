use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use futures::future::Either;
use tower::{Layer, Service};
use tower_http::cors::{AllowOrigin, Cors, CorsLayer};

/// How long a browser may remember what a preflight said.
const PREFLIGHT_S: u64 = 600;

/// What pages send: the API's own headers, the gateway's to models, and those that the vendors' clients add in a browser.
const ASKED: [&str; 28] = [
    "authorization",
    "content-type",
    "accept",
    "if-match",
    "cache-control",
    "idempotency-key",
    "last-event-id",
    "x-request-id",
    "x-api-key",
    "x-bloxserver-keys",
    "x-cache-ttl",
    "x-cache-similarity",
    "anthropic-version",
    "anthropic-beta",
    "anthropic-dangerous-direct-browser-access",
    "openai-organization",
    "openai-project",
    "openai-beta",
    "x-stainless-arch",
    "x-stainless-helper",
    "x-stainless-helper-method",
    "x-stainless-lang",
    "x-stainless-os",
    "x-stainless-package-version",
    "x-stainless-retry-count",
    "x-stainless-runtime",
    "x-stainless-runtime-version",
    "x-stainless-timeout",
];

/// What pages may read of an answer, besides what every page may.
const ANSWERED: [&str; 17] = [
    "etag",
    "location",
    "retry-after",
    "idempotent-replayed",
    "x-request-id",
    "x-execution-id",
    "x-provider",
    "x-model",
    "x-cache",
    "x-cache-similarity",
    "x-cache-compared-by",
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-ratelimit-limit-tokens",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-tokens",
];

/// Lets pages of exactly these origins call, and read the headers that this API answers with.
pub(crate) fn layer(origins: &[HeaderValue]) -> Sharing {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(ASKED.map(HeaderName::from_static))
        .expose_headers(ANSWERED.map(HeaderName::from_static))
        .max_age(Duration::from_secs(PREFLIGHT_S));
    Sharing(cors)
}

/// Puts CORS before all requests but an `OPTIONS` that is no preflight: that one is a method like any other.
#[derive(Debug, Clone)]
pub(crate) struct Sharing(CorsLayer);

impl<S: Clone> Layer<S> for Sharing {
    type Service = Shared<S>;

    fn layer(&self, inner: S) -> Shared<S> {
        Shared { plain: inner.clone(), shared: self.0.layer(inner) }
    }
}

/// A route, with CORS and without.
#[derive(Debug, Clone)]
pub(crate) struct Shared<S> {
    plain: S,
    shared: Cors<S>,
}

impl<S> Service<Request> for Shared<S>
where
    S: Service<Request>,
    Cors<S>: Service<Request, Response = S::Response, Error = S::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        std::task::ready!(self.plain.poll_ready(context))?;
        self.shared.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == Method::OPTIONS && !is_preflight(&request) {
            return Either::Left(self.plain.call(request));
        }
        Either::Right(self.shared.call(request))
    }
}

/// The Fetch standard's own definition: it says whose page asks, and for which method.
fn is_preflight(request: &Request) -> bool {
    let says = |name| request.headers().contains_key(name);
    says(header::ORIGIN) && says(header::ACCESS_CONTROL_REQUEST_METHOD)
}
