//! Signing in: once for every route behind it, before anything else is looked at.

use accounts::{Scope, Session, User};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use door::Failure;

use crate::{ApiState, BASE, once, rights};

/// Lets a request through when it is signed in, and allowed to do what its route does.
pub(crate) async fn sign_in(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> door::Result<Response> {
    let values = request.headers().get_all(header::AUTHORIZATION).iter();
    // A value that is not text is no credential of anybody.
    let values: Vec<&str> = values.map(|value| value.to_str().unwrap_or("unreadable")).collect();
    let session = state.accounts.authenticate(&values, state.clock.now()).await?;
    let scope = scope(&request);
    session.require(scope)?;
    if scope == Scope::Admin {
        session.require_the_user_in_person()?;
    }
    let owner = session.user.id;
    request.extensions_mut().insert(session);
    if request.headers().contains_key(once::KEY) && once::applies(request.method(), scope) {
        return once::answer(state, owner, request, next).await;
    }
    Ok(next.run(request).await)
}

fn scope(request: &Request) -> Scope {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    rights::scope(request.method(), route.strip_prefix(BASE).unwrap_or(route))
}

/// Who sends the request.
#[derive(Debug, Clone)]
pub(crate) struct Signed(pub(crate) User);

/// Who sends the request, and how the user came in.
#[derive(Debug, Clone)]
pub(crate) struct SignedBy(pub(crate) Session);

/// Who sends the request runs the server; everybody else is refused.
#[derive(Debug, Clone)]
pub(crate) struct Operator;

impl FromRequestParts<ApiState> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let SignedBy(session) = SignedBy::from_request_parts(parts, state).await?;
        state.accounts.require_operator(&session).await?;
        Ok(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedBy {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let session = parts.extensions.get::<Session>().cloned();
        session
            .map(Self)
            .ok_or_else(|| Failure::internal("a route for users does not stand behind the sign-in"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        SignedBy::from_request_parts(parts, state).await.map(|SignedBy(session)| Self(session.user))
    }
}
