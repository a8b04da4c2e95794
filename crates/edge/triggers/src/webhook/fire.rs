use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use door::body::BodyLimits;
use door::{Failure, Path};
use engine::journal::ExecutionStatus;
use engine::{Engine, Finished, Message, Respond};
use kit::Kind;
use kit::ids::ExecutionId;
use serde_json::json;

use super::body::{fields, payload};
use super::headers::visible;

/// A webhook's body may be this large.
const LIMITS: BodyLimits = BodyLimits { max_bytes: 5_000_000, timeout_ms: 30_000 };

/// Starts an execution with whatever came; it is on disk before the answer leaves.
pub(crate) async fn fire(
    State(engine): State<Engine>,
    Path(token): Path<String>,
    request: Request,
) -> door::Result<Response> {
    let webhook = engine.find_webhook(&token).await?.ok_or_else(Failure::not_found)?;
    let (head, body) = request.into_parts();
    let body = door::body::read(body, LIMITS).await?;
    let message = Message {
        payload: payload(&head.headers, &body)?,
        headers: visible(&head.headers),
        query: fields(head.uri.query().unwrap_or_default().as_bytes())?,
        method: Some(head.method.to_string()),
        time: None,
    };
    let started = engine.fire(&webhook, message).await?;
    let id = started.id;
    let Respond::Result { deadline_ms } = webhook.respond else { return Ok(accepted(id)) };
    match started.result(Duration::from_millis(deadline_ms)).await {
        None => Ok(accepted(id)),
        Some(finished) => result(id, &finished),
    }
}

fn accepted(id: ExecutionId) -> Response {
    let message = "the execution is recorded and on its way";
    let body = json!({ "status": "accepted", "executionId": id, "message": message });
    (StatusCode::ACCEPTED, Json(body)).into_response()
}

/// The flow's output with the status that its `output` set.
fn result(id: ExecutionId, finished: &Finished) -> door::Result<Response> {
    if matches!(finished.status, ExecutionStatus::Error | ExecutionStatus::Timeout)
        && finished.error.is_some()
    {
        let reason = finished.error.as_ref().map(|error| error.message.as_str()).unwrap_or_default();
        let message = format!("the execution failed: {reason}");
        let failure = Failure::of_kind(Kind::Internal, "execution_failed", message);
        return Err(failure.with_details(json!({ "executionId": id })));
    }
    let status =
        finished.http_status.and_then(|number| StatusCode::from_u16(number).ok()).unwrap_or(StatusCode::OK);
    let mut response = (status, Json(&finished.output)).into_response();
    if let Ok(value) = id.to_string().parse() {
        response.headers_mut().insert("x-execution-id", value);
    }
    Ok(response)
}
