use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::{Kind, Problem};
use serde_json::Value;

use crate::ApiError;
use crate::status::status_of;

/// A request that ends in an error: its status, its body, and what only the log may know.
///
/// Made from any room's error with `?`, or by one of the constructors for what only the edge can find wrong.
#[derive(Debug)]
pub struct Failure(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    body: ApiError,
    retry_after_s: Option<u64>,
    cause: Option<String>,
}

/// Why a request failed, for the log alone; travels in the response's extensions to where the request id is known.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

/// How long a caller waits before the next try when the failure does not say.
const DEFAULT_RETRY_AFTER_S: u64 = 1;

impl Failure {
    /// Not there, or not there for this caller: the same body for both, and for unknown routes.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address")
    }

    /// Cannot be read at all.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// Readable, but not allowed; `details` maps the path of each field at fault to a message.
    pub fn invalid(details: Value) -> Self {
        let message = "the request has values that are not allowed; `details` names them";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_error", message).with_details(details)
    }

    /// The body is of a type that this address does not read.
    pub fn unsupported_media_type() -> Self {
        let message = "this address reads JSON: send `Content-Type: application/json`";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    }

    /// The body is larger than this address reads.
    pub fn too_large(max_bytes: usize) -> Self {
        let message = format!("the body is larger than the {max_bytes} bytes that are read here");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    /// The body did not arrive in time.
    pub fn request_timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "the body did not arrive in time")
    }

    /// The address exists, but not for this method; the router adds `Allow`.
    pub fn method_not_allowed() -> Self {
        let message = "this address does not take this method; `Allow` lists those it takes";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    /// Our fault: the caller learns nothing but that, the log gets the cause.
    pub fn internal(cause: impl Into<String>) -> Self {
        let message = "something went wrong on our side; the log has it under this answer's x-request-id";
        let mut failure = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message);
        failure.0.cause = Some(cause.into());
        failure
    }

    /// A failure of a stated kind, for what an edge finds wrong by its own rules.
    pub fn of_kind(kind: Kind, code: &str, message: impl Into<String>) -> Self {
        Self::new(status_of(kind), code, message)
    }

    /// The same with more for programs.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.0.body.details = Some(details);
        self
    }

    /// The same, with the number of seconds after which a repetition makes sense.
    #[must_use]
    pub fn with_retry_after_s(mut self, seconds: u64) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// What the answer's status will be.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What the answer's body will be.
    pub fn body(&self) -> &ApiError {
        &self.0.body
    }

    fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let body = ApiError { code: code.to_owned(), message: message.into(), details: None };
        Self(Box::new(Parts { status, body, retry_after_s: None, cause: None }))
    }
}

impl<P: Problem> From<P> for Failure {
    fn from(problem: P) -> Self {
        match problem.kind() {
            Kind::NotFound => Self::not_found(),
            Kind::Internal => Self::internal(chain(&problem)),
            kind => {
                let mut failure = Self::new(status_of(kind), problem.code(), problem.to_string());
                failure.0.body.details = problem.details();
                failure.0.retry_after_s = problem.retry_after_s();
                failure.0.cause = (kind == Kind::Unavailable).then(|| chain(&problem));
                failure
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Parts { status, body, retry_after_s, cause } = *self.0;
        // A struct of strings and JSON always serialises.
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let asks_to_wait = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        if let Some(seconds) = retry_after_s.or(asks_to_wait.then_some(DEFAULT_RETRY_AFTER_S)) {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(Cause(cause));
        }
        response
    }
}

/// The message and those of all that caused it.
fn chain(problem: &dyn std::error::Error) -> String {
    let mut text = problem.to_string();
    let mut source = problem.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("flow 7 of owner 9 lost its disk")]
    struct Broken(Kind);

    impl Problem for Broken {
        fn kind(&self) -> Kind {
            self.0
        }
        fn code(&self) -> &'static str {
            "broken"
        }
        fn retry_after_s(&self) -> Option<u64> {
            Some(7)
        }
    }

    #[test]
    fn each_kind_has_its_status() {
        let expected = [
            (Kind::Malformed, 400),
            (Kind::Invalid, 422),
            (Kind::Unauthenticated, 401),
            (Kind::Forbidden, 403),
            (Kind::QuotaExhausted, 402),
            (Kind::NotFound, 404),
            (Kind::Conflict, 409),
            (Kind::Stale, 412),
            (Kind::TooLarge, 413),
            (Kind::TooMany, 429),
            (Kind::Unavailable, 503),
            (Kind::Internal, 500),
        ];
        for (kind, status) in expected {
            assert_eq!(Failure::from(Broken(kind)).status().as_u16(), status, "{kind:?}");
        }
    }

    #[test]
    fn our_own_faults_tell_the_log_and_not_the_caller() {
        let response = Failure::from(Broken(Kind::Internal)).into_response();
        assert_eq!(response.extensions().get::<Cause>().unwrap().0, "flow 7 of owner 9 lost its disk");
        let failure = Failure::from(Broken(Kind::Internal));
        assert!(!failure.body().message.contains("disk"), "{failure:?}");
        assert_eq!(failure.body().code, "internal_error");
    }

    #[test]
    fn whatever_is_missing_answers_alike() {
        assert_eq!(Failure::from(Broken(Kind::NotFound)).body(), Failure::not_found().body());
    }

    #[test]
    fn the_headers_that_a_status_demands_are_there() {
        let nobody = Failure::from(Broken(Kind::Unauthenticated)).into_response();
        assert_eq!(nobody.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let busy = Failure::from(Broken(Kind::TooMany)).into_response();
        assert_eq!(busy.headers()[header::RETRY_AFTER], "7");
        let away = Failure::of_kind(Kind::Unavailable, "starting", "starting").into_response();
        assert_eq!(away.headers()[header::RETRY_AFTER], "1");
        let clash = || Failure::of_kind(Kind::Conflict, "busy", "busy");
        assert!(!clash().into_response().headers().contains_key(header::RETRY_AFTER));
        assert_eq!(clash().with_retry_after_s(3).into_response().headers()[header::RETRY_AFTER], "3");
    }
}
