//! `Idempotency-Key`: a request that is sent again is done once, and answered the same.

use accounts::{Answer, Begin, Claim, Scope};
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use door::Failure;
use kit::Kind;
use kit::ids::OwnerId;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::ApiState;

/// The header that names a request; with other methods than POST it has no meaning.
pub(crate) const KEY: &str = "Idempotency-Key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What of an answer's head is given again; the rest is made anew for each answer.
const KEPT_HEADERS: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Whether a key has a meaning here: what changes nothing may be repeated as it is.
pub(crate) fn applies(method: &Method, scope: Scope) -> bool {
    *method == Method::POST && scope != Scope::Read
}

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
    let key = key(&head.headers)?.to_owned();
    // A caller who goes away must not leave it half done: the repetition wants the answer.
    let work = tokio::spawn(claim(state, (owner, key), (head, body), next));
    work.await.unwrap_or_else(|error| Err(Failure::internal(format!("a request was lost: {error}"))))
}

async fn claim(
    state: ApiState,
    (owner, key): (OwnerId, String),
    (head, body): (Parts, Bytes),
    next: Next,
) -> door::Result<Response> {
    let uri = head.extensions.get::<OriginalUri>().map_or(&head.uri, |OriginalUri(uri)| uri);
    let route = format!("{} {}", head.method, uri.path());
    let hash = hash(uri.query().unwrap_or_default(), &body);
    let memory = state.accounts.idempotency();
    match memory.begin(owner, &key, (&route, &hash), state.clock.now()).await? {
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
            keep(&state, claim, next.run(request).await).await
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

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use serde_json::{Value, json};

    use super::hash;
    use crate::testing::{House, Reply, YAML};

    async fn create(house: &House, token: &str, key: &str, name: &str) -> Reply {
        house.ask_with(token, "POST /flows", json!({ "name": name }), &[("idempotency-key", key)]).await
    }

    async fn flows(house: &House, token: &str) -> Value {
        house.ask(token, "GET /flows", Value::Null).await.body["total"].clone()
    }

    db::testing::both_databases! {
        async fn a_repetition_gets_the_first_answer_and_does_nothing(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let first = create(&house, &ann, "k1", "mine").await;
            assert_eq!(first.status, 201);
            assert!(!first.headers.contains_key("idempotent-replayed"));
            let second = create(&house, &ann, "k1", "mine").await;
            assert_eq!((second.status, &second.body), (201, &first.body));
            assert_eq!(second.headers["idempotent-replayed"], "true");
            for name in ["etag", "content-type"] {
                assert_eq!(second.headers[name], first.headers[name]);
            }
            assert_eq!(flows(&house, &ann).await, 1);
            house.state.clock.advance_ms(24 * 60 * 60 * 1_000);
            let next_day = create(&house, &ann, "k1", "mine").await;
            assert!(next_day.status == 201 && next_day.body["id"] != first.body["id"], "{next_day:?}");
        }

        async fn a_key_belongs_to_one_request_of_one_person(db: Db) {
            let house = House::on(db).await;
            let (ann, bob) = (house.token("ann@example.com").await, house.token("bob@example.com").await);
            let first = create(&house, &ann, "k1", "mine").await;
            let other_body = create(&house, &ann, "k1", "other").await;
            assert_eq!(other_body.code(), (409, "idempotency_conflict"));
            let key = [("idempotency-key", "k1")];
            let other_route = house.ask_with(&ann, "POST /api-keys", json!({"name": "mine"}), &key).await;
            assert_eq!(other_route.code(), (409, "idempotency_conflict"));
            let other_person = create(&house, &bob, "k1", "mine").await;
            assert!(other_person.status == 201 && other_person.body["id"] != first.body["id"]);
            assert_eq!((flows(&house, &ann).await, flows(&house, &bob).await), (json!(1), json!(1)));
        }

        async fn while_it_is_being_done_a_repetition_is_told_to_wait(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let mut first = Box::pin(create(&house, &ann, "k1", "mine"));
            // Both run at once: whoever comes second finds the key claimed, or the work done.
            let (first, second) = tokio::join!(&mut first, create(&house, &ann, "k1", "mine"));
            let done = [&first, &second].into_iter().filter(|reply| reply.status == 201).count();
            assert!(done >= 1, "{first:?} {second:?}");
            for reply in [&first, &second].into_iter().filter(|reply| reply.status != 201) {
                assert_eq!(reply.code(), (409, "idempotency_in_progress"));
                assert_eq!(reply.headers["retry-after"], "1");
            }
            assert_eq!(flows(&house, &ann).await, 1);
        }

        async fn a_claimed_key_is_in_progress(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let me = house.ask(&ann, "GET /me", Value::Null).await.body["id"].as_str().unwrap().parse().unwrap();
            let hash = hash("", json!({ "name": "mine" }).to_string().as_bytes());
            let now = house.state.clock.now();
            let claimed = house.state.accounts.idempotency();
            claimed.begin(me, "k1", ("POST /api/v1/flows", &hash), now).await.unwrap();
            let waiting = create(&house, &ann, "k1", "mine").await;
            assert_eq!(waiting.code(), (409, "idempotency_in_progress"));
            assert_eq!(waiting.headers["retry-after"], "1");
            house.state.clock.advance_ms(60_000);
            assert_eq!(create(&house, &ann, "k1", "mine").await.status, 201, "its process is gone");
        }

        async fn a_caller_who_goes_away_finds_the_work_done_once(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let mut left = Box::pin(create(&house, &ann, "k1", "mine"));
            let begun = futures::poll!(&mut left);
            assert!(matches!(begun, Poll::Pending));
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            let _ = futures::poll!(&mut left);
            drop(left);
            for _ in 0..200 {
                match create(&house, &ann, "k1", "mine").await.status {
                    409 => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
                    status => {
                        assert_eq!(status, 201);
                        break;
                    }
                }
            }
            assert_eq!(flows(&house, &ann).await, 1);
        }

        async fn what_was_refused_is_tried_anew(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let flow = house.flow(&ann, "mine").await;
            let run = format!("POST /flows/{flow}/executions/run");
            let fire = async || house.ask_with(&ann, &run, json!({"inputPayload": 7}), &[("idempotency-key", "k1")]).await;
            assert_eq!(fire().await.code(), (409, "flow_not_running"));
            house.ask(&ann, &format!("POST /flows/{flow}/start"), Value::Null).await;
            let ran = fire().await;
            assert_eq!(ran.status, 201, "{ran:?}");
            let again = fire().await;
            assert_eq!((again.status, &again.body["id"]), (201, &ran.body["id"]));
            let all = house.ask(&ann, &format!("GET /flows/{flow}/executions"), Value::Null).await;
            assert_eq!(all.body["total"], 1);
        }

        async fn a_new_token_is_told_again_to_who_may_make_it(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let make = async |token: &str| {
                let request = json!({"name": "ci", "scopes": ["read"]});
                house.ask_with(token, "POST /tokens", request, &[("idempotency-key", "k1")]).await
            };
            let made = make(&ann).await;
            assert_eq!(make(&ann).await.body, made.body);
            let reader = made.body["token"].as_str().unwrap();
            assert_eq!(make(reader).await.code(), (403, "forbidden"), "a reader does not read it off a stored answer");
        }

        async fn a_key_that_is_none_is_refused(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let long = "x".repeat(256);
            for key in ["", "two words", &long] {
                let refused = create(&house, &ann, key, "mine").await;
                assert_eq!(refused.code(), (422, "validation_error"), "{key}");
                assert!(refused.body["details"]["Idempotency-Key"].is_string(), "{refused:?}");
            }
            let two = [("idempotency-key", "a"), ("idempotency-key", "b")];
            let refused = house.ask_with(&ann, "POST /flows", json!({"name": "x"}), &two).await;
            assert_eq!(refused.code(), (422, "validation_error"));
            assert_eq!(flows(&house, &ann).await, 0);
        }

        async fn what_changes_nothing_needs_no_key(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            for text in [YAML, "a: ["] {
                let body = json!({"organismYaml": text});
                let reply = house.ask_with(&ann, "POST /flows/validate", body, &[("idempotency-key", "k1")]).await;
                assert_eq!(reply.status, 200, "{reply:?}");
            }
        }
    }
}
