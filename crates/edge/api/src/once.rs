//! `Idempotency-Key`: a request that is sent again is done once, and answered the same.

use accounts::{Answer, Begin, Claim};
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use door::Failure;
use kit::Kind;
use kit::ids::OwnerId;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::ApiState;

/// The header that names a request; with other methods than POST it has no meaning.
pub(crate) const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What of an answer's head is given again; the rest is made anew for each answer.
const KEPT_HEADERS: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Does the request, or says what it was answered when it was done.
///
/// Kept are answers of success, sealed, because they may hold a new token. After any other nothing was done, and a
/// repetition is done anew.
pub(crate) async fn answer(
    state: ApiState,
    owner: OwnerId,
    request: Request,
    next: Next,
) -> door::Result<Response> {
    let (head, body) = request.into_parts();
    let limits = head.extensions.get().copied().unwrap_or_default();
    let body = door::body::read(body, limits).await?;
    let uri = head.extensions.get::<OriginalUri>().map_or(&head.uri, |OriginalUri(uri)| uri);
    let route = format!("{} {}", head.method, uri.path());
    let hash = hash(uri.query().unwrap_or_default(), &body);
    let memory = state.accounts.idempotency();
    match memory.begin(owner, key(&head.headers)?, (&route, &hash), state.clock.now()).await? {
        Begin::Replay(answer) => Ok(replay(answer)),
        Begin::Conflict => Err(Failure::of_kind(
            Kind::Conflict,
            "idempotency_conflict",
            "this Idempotency-Key belongs to another request: use a new key for each new request",
        )),
        Begin::InProgress => Err(Failure::of_kind(
            Kind::Conflict,
            "idempotency_in_progress",
            "the request with this Idempotency-Key is being done: ask again in a moment for its answer",
        )
        .with_retry_after_s(1)),
        Begin::Fresh(claim) => {
            let request = Request::from_parts(head, Body::from(body));
            // A caller who goes away must not leave it half done: the repetition wants the answer.
            let work = tokio::spawn(async move { keep(&state, claim, next.run(request).await).await });
            work.await.unwrap_or_else(|error| Err(Failure::internal(format!("a request was lost: {error}"))))
        }
    }
}

fn key(headers: &HeaderMap) -> door::Result<&str> {
    let mut values = headers.get_all(KEY).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (Some(Ok(key)), None) => Ok(key),
        _ => {
            Err(Failure::invalid(json!({ "Idempotency-Key": "must be one value of plain ASCII characters" })))
        }
    }
}

/// The query belongs to what is asked as much as the body; no body begins with the length of another query.
fn hash(query: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update((query.len() as u64).to_le_bytes());
    hash.update(query);
    hash.update(body);
    hex::encode(hash.finalize())
}

async fn keep(state: &ApiState, claim: Claim, response: Response) -> door::Result<Response> {
    let memory = state.accounts.idempotency();
    if !response.status().is_success() {
        if let Err(error) = memory.abandon(claim).await {
            tracing::warn!(%error, "an idempotency key is not free before a minute is over");
        }
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = read(body).await?;
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = head.headers.get(name)?.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let answer = Answer { status: head.status.as_u16(), headers: kept.collect(), body: body.to_vec() };
    if let Err(error) = memory.finish(claim, &answer).await {
        // It is done: the caller learns so all the same.
        tracing::warn!(%error, "the answer to a request with an idempotency key was not kept");
    }
    Ok(Response::from_parts(head, Body::from(body)))
}

async fn read(body: Body) -> door::Result<Bytes> {
    let whole = axum::body::to_bytes(body, usize::MAX).await;
    whole.map_err(|error| Failure::internal(format!("an answer broke off: {error}")))
}

fn replay(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
