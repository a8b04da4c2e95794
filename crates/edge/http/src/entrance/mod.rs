//! The one layer around every route: request ids, headers, panics, the access log and the metrics.
//!
//! One hand-written layer, because every tower-http layer in its place would box the body of every webhook again.

mod access;
mod headers;
mod request_id;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use kit::Entropy;
use tower::{Layer, Service};

use crate::Failure;
use crate::extract::body::BodyLimits;

/// The id of a request, among its extensions: what its answer carries as `x-request-id`.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// Up to 128 plain characters.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Wraps every route in what all of them share.
#[derive(Debug, Clone)]
pub(crate) struct Entrance {
    pub(crate) limits: BodyLimits,
    pub(crate) entropy: Entropy,
}

impl<S> Layer<S> for Entrance {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { inner, entrance: self.clone() }
    }
}

/// A route behind the entrance.
#[derive(Debug, Clone)]
pub(crate) struct Guarded<S> {
    inner: S,
    entrance: Entrance,
}

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let id = request_id::of(request.headers(), &self.entrance.entropy);
        // The template of the route, never the path: a webhook's path is its token.
        let route = request.extensions().get::<MatchedPath>().cloned();
        let visit = access::Visit::begin(request.method(), request.headers(), route, id.clone());
        request.extensions_mut().insert(self.entrance.limits);
        request.extensions_mut().insert(RequestId(id.clone()));
        let answer = visit.trace().around(AssertUnwindSafe(self.inner.call(request)).catch_unwind());
        Box::pin(async move {
            let mut response = match answer.await {
                Ok(Ok(response)) => response.into_response(),
                Err(panic) => Failure::internal(panic_text(panic.as_ref())).into_response(),
            };
            headers::complete(response.headers_mut(), id);
            visit.end(&response);
            Ok(response)
        })
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}", text.unwrap_or("without a message"))
}
