use accounts::Scope;
use axum::extract::Request;
use axum::response::Response;
use door::Failure;
use door::body::BodyLimits;
use llm::{Dialect, Operation, RawRequest};

use super::{answer, caller, failure};
use crate::ApiState;

/// A request may carry pictures.
const LIMITS: BodyLimits = BodyLimits { max_bytes: 32 * 1024 * 1024, timeout_ms: 60_000 };

/// Passes a client's request on; every failure is in the client's dialect.
pub(crate) async fn pass(
    state: ApiState,
    request: Request,
    dialect: Dialect,
    operation: Operation,
) -> Response {
    match passed(&state, request, dialect, operation).await {
        Ok(response) => response,
        Err(failure) => failure::answer(dialect, failure),
    }
}

async fn passed(
    state: &ApiState,
    request: Request,
    dialect: Dialect,
    operation: Operation,
) -> Result<Response, Failure> {
    let (head, body) = request.into_parts();
    let session = caller::sign_in(state, &head.headers, Scope::Run).await?;
    let caller = caller::of(&session, &head.headers)?;
    let wish = caller::cache_wish(&head.headers)?;
    if !door::json::is_json(&head.headers) {
        return Err(Failure::unsupported_media_type());
    }
    let body = door::body::read(body, LIMITS).await?;
    let request = RawRequest::read(dialect, operation, body).map_err(failure::of_gateway)?;
    let request =
        request.with_beta((dialect == Dialect::Anthropic).then(|| caller::beta(&head.headers)).flatten());
    let reply = state.gateway.pass(&caller, request, wish).await.map_err(failure::of_gateway)?;
    Ok(answer::answer(reply))
}
