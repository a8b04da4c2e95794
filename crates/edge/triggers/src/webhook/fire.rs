use std::net::SocketAddr;
use std::time::Duration;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use door::body::BodyLimits;
use door::{Failure, Path};
use engine::journal::ExecutionStatus;
use engine::{Finished, Message, Respond, Started};
use kit::Kind;
use kit::ids::ExecutionId;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::body::{fields, payload};
use super::headers::visible;
use super::signature::Signed;
use super::stream;
use super::{delivery, guard};
use crate::State as Triggers;

/// A webhook's body may be this large.
const LIMITS: BodyLimits = BodyLimits { max_bytes: 5_000_000, timeout_ms: 30_000 };

/// That an execution is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookAccepted)]
pub(crate) struct AcceptedBody {
    #[schema(example = "accepted")]
    status: &'static str,
    execution_id: ExecutionId,
    #[schema(example = "the execution is recorded and on its way")]
    message: &'static str,
}

/// Starts an execution with whatever came; it is on disk before the answer leaves.
///
/// JSON becomes the payload, a form an object, text a string, anything else `{contentType, base64}`. A webhook whose
/// config says `respond: result` waits for the flow's output and answers with it and with the status that the flow's
/// `output` set; when its deadline passes, it answers 202 and the execution goes on. One that says `respond: stream` answers with
/// server-sent events: `delta` for what models write while they do, then `result` with the output, `error`, or, at the
/// deadline, `accepted`.
#[utoipa::path(
    post,
    path = "/webhooks/{token}",
    operation_id = "fireWebhook",
    tag = "Webhooks",
    params(
        (
            "Idempotency-Key" = Option<String>,
            Header,
            description = "A delivery that comes again within 24 hours makes no second execution; `webhook-id`, `svix-id`, \
                           `X-GitHub-Delivery` and Stripe's event id count alike"
        ),
    ),
    request_body(
        description = "Any content type, at most 5 MB",
        content(
            (Value = "application/json", example = json!({ "customer": "Ada", "price": 25, "quantity": 6 })),
            (String = "text/plain"),
            (Object = "application/x-www-form-urlencoded"),
        ),
    ),
    responses(
        (
            status = 200,
            description = "With `respond: result`: the flow's output; another status when its `output` set one",
            body = Value,
            headers(("x-execution-id" = String, description = "The execution"))
        ),
        (status = 202, description = "The execution is on disk", body = AcceptedBody),
        (status = 401, description = "`bad_signature`: the request does not prove who sent it"),
        (status = 402, description = "`run_quota`: the runs of the owner's month are used up"),
        (status = 403, description = "`forbidden`: the sender's address is not among those allowed"),
        (
            status = 409,
            description = "`flow_not_running`: the flow's state is in `details`; `idempotency_conflict`: the key came \
                           with another body before"
        ),
        (status = 429, description = "`rate_limited`: faster than this webhook takes them; see `Retry-After`"),
        (status = 500, description = "`execution_failed`: with `respond: result`; `details` has the `executionId`"),
    ),
)]
pub(crate) async fn fire(
    State(state): State<Triggers>,
    Path(token): Path<String>,
    request: Request,
) -> door::Result<Response> {
    let webhook = state.engine.find_webhook(&token).await?.ok_or_else(Failure::not_found)?;
    let (head, body) = request.into_parts();
    let from = head.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let from = from.map(|peer| state.proxies.client_of(peer, &head.headers));
    guard::admit(&webhook, (from, &head.headers), &state.rates, state.clock.now()).await?;
    let body = door::body::read(body, LIMITS).await?;
    guard::verify(&webhook, Signed { headers: &head.headers, body: &body, now: state.clock.now() })?;
    let message = Message {
        payload: payload(&head.headers, &body)?,
        headers: visible(&head.headers, webhook.config.header.as_ref()),
        query: fields(head.uri.query().unwrap_or_default().as_bytes())?,
        method: Some(head.method.to_string()),
        ..Message::default()
    };
    let key = delivery::key(&webhook.config, &head.headers, &body, &message.payload);
    let started = state.engine.fire(&webhook, message, key).await?;
    let (id, is_repeated) = (started.id, started.is_repeated);
    let mut response = answer(webhook.config.respond, started).await?;
    if is_repeated {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    if let Ok(value) = id.to_string().parse() {
        response.headers_mut().insert("x-execution-id", value);
    }
    Ok(response)
}

async fn answer(respond: Respond, started: Started) -> door::Result<Response> {
    let id = started.id;
    match respond {
        Respond::Accepted => Ok(accepted(id)),
        Respond::Stream { deadline_ms } => Ok(stream::answer(started, Duration::from_millis(deadline_ms))),
        Respond::Result { deadline_ms } => match started.result(Duration::from_millis(deadline_ms)).await {
            None => Ok(accepted(id)),
            Some(finished) => result(id, &finished),
        },
    }
}

fn accepted(id: ExecutionId) -> Response {
    (StatusCode::ACCEPTED, Json(AcceptedBody::of(id))).into_response()
}

impl AcceptedBody {
    pub(super) fn of(execution_id: ExecutionId) -> Self {
        let message = "the execution is recorded and on its way";
        Self { status: "accepted", execution_id, message }
    }
}

/// Why there is no output, when there is none.
pub(super) fn failure(id: ExecutionId, finished: &Finished) -> Option<Failure> {
    let has_failed = matches!(finished.status, ExecutionStatus::Error | ExecutionStatus::Timeout);
    let error = finished.error.as_ref().filter(|_| has_failed)?;
    let message = format!("the execution failed: {}", error.message);
    let failure = Failure::of_kind(Kind::Internal, "execution_failed", message);
    Some(failure.with_details(json!({ "executionId": id })))
}

/// The flow's output with the status that its `output` set.
fn result(id: ExecutionId, finished: &Finished) -> door::Result<Response> {
    if let Some(failure) = failure(id, finished) {
        return Err(failure);
    }
    let status =
        finished.http_status.and_then(|number| StatusCode::from_u16(number).ok()).unwrap_or(StatusCode::OK);
    Ok((status, Json(&finished.output)).into_response())
}
