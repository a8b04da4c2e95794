use accounts::{Scope, User};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use door::Failure;

use crate::ApiState;

/// Who sends the request: signed in, and allowed to do what its method does.
#[derive(Debug, Clone)]
pub(crate) struct Signed(pub(crate) User);

impl FromRequestParts<ApiState> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let values = parts.headers.get_all(header::AUTHORIZATION).iter();
        // A value that is not text is no credential of anybody.
        let values: Vec<&str> = values.map(|value| value.to_str().unwrap_or("unreadable")).collect();
        let session = state.accounts.authenticate(&values, state.clock.now()).await?;
        session.require(scope(parts))?;
        Ok(Self(session.user))
    }
}

fn scope(parts: &Parts) -> Scope {
    match parts.method {
        Method::GET | Method::HEAD => Scope::Read,
        Method::POST if parts.uri.path().ends_with("/executions/run") => Scope::Run,
        _ => Scope::Write,
    }
}
