use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use futures::future::Either;
use tower::{Layer, Service};
use tower_http::cors::{AllowOrigin, Cors, CorsLayer};

/// How long a browser may remember what a preflight said.
const PREFLIGHT_S: u64 = 600;

/// Lets pages of exactly these origins call, and read the headers that this API answers with.
pub(crate) fn layer(origins: &[HeaderValue]) -> Sharing {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::IF_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
            HeaderName::from_static("x-request-id"),
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("idempotent-replayed"),
            HeaderName::from_static("x-request-id"),
        ])
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
