//! Whole requests against a server on the loopback.

use std::sync::{Arc, Mutex};

use engine::flow::Payload;
use engine::{Context, Failure, Handler, Outcome, SecretUse};
use kit::{Clock, Timestamp};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::Http;
use crate::testing::context;

/// A server that gives every request the same answer and keeps what it was asked.
struct Double {
    address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Double {
    async fn start(head: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut piece = vec![0; 16 * 1024];
                let length = connection.read(&mut piece).await.unwrap_or(0);
                log.lock().unwrap().push(String::from_utf8_lossy(&piece[..length]).into_owned());
                let _ = connection.write_all(answer.as_bytes()).await;
            }
        });
        Self { address, seen }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn run(config: Json, context: &Context) -> Outcome {
    let client = net::Client::new("127.0.0.1/32".parse().unwrap()).unwrap();
    let clock = Clock::manual(Timestamp::from_millis(1_700_000_000_000));
    Http::new(client, clock).run(context, config, Payload::default()).await
}

async fn failure(config: Json, context: &Context) -> Failure {
    match run(config, context).await {
        Outcome::Failed(failure) => failure,
        Outcome::Done(answer) => panic!("{answer:?}"),
    }
}

#[tokio::test]
async fn an_answer_is_handed_on() {
    let server = Double::start("200 OK\r\nContent-Type: application/json", "{\"id\": 7}").await;
    let config = json!({"url": server.url("/orders"), "query": {"id": 7}});
    let Outcome::Done(answer) = run(config, &context()).await else { panic!("no answer") };
    assert_eq!(answer.output["status"], json!(200));
    assert_eq!(answer.output["body"], json!({"id": 7}));
    assert_eq!(answer.output["headers"]["content-type"], json!("application/json"));
    assert_eq!(answer.output["url"], json!(server.url("/orders?id=7")));
    assert!(server.requests()[0].starts_with("GET /orders?id=7 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn every_attempt_of_a_write_carries_the_same_key() {
    let server = Double::start("204 No Content", "").await;
    let config = json!({"method": "POST", "url": server.url("/"), "body": {"a": 1}});
    for attempt in 1..=2 {
        let context = Context { attempt, ..context() };
        assert!(matches!(run(config.clone(), &context).await, Outcome::Done(_)));
    }
    let key = format!("idempotency-key: {}", context().step_key);
    let requests = server.requests();
    assert!(requests.len() == 2 && requests.iter().all(|request| request.to_lowercase().contains(&key)));
}

#[tokio::test]
async fn a_refusal_is_a_failure_unless_the_flow_wants_to_see_it() {
    let server = Double::start("429 Too Many\r\nRetry-After: 3", "slow down").await;
    let failure = failure(json!({"url": server.url("/")}), &context()).await;
    assert_eq!(
        (failure.code.as_str(), failure.retryable, failure.retry_after_ms),
        ("http_429", true, Some(3_000))
    );
    assert_eq!(failure.details, Some(json!({"status": 429, "body": "slow down"})));
    let seen = run(json!({"url": server.url("/"), "fail_on_status": false}), &context()).await;
    assert!(matches!(seen, Outcome::Done(answer) if answer.output["status"] == json!(429)));
}

#[tokio::test]
async fn a_bound_secret_never_leaves_for_another_host() {
    let server = Double::start("200 OK", "").await;
    let secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: vec!["api.example.com".to_owned()] }];
    let context = Context { secrets_used, ..context() };
    let config = json!({"url": server.url("/"), "headers": {"Authorization": "Bearer canary"}});
    let failure = failure(config, &context).await;
    assert_eq!((failure.code.as_str(), failure.retryable), ("secret_host", false));
    assert!(!failure.message.contains("canary") && server.requests().is_empty());
}

#[tokio::test]
async fn a_bound_secret_does_not_follow_a_redirect() {
    let other = Double::start("200 OK", "").await;
    let server = Double::start(&format!("307 Elsewhere\r\nLocation: {}", other.url("/")), "").await;
    let secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: vec![server.address.clone()] }];
    let context = Context { secrets_used, ..context() };
    let config = json!({"method": "POST", "url": server.url("/"), "body": {"key": "canary"}});
    let failure = failure(config, &context).await;
    assert!(failure.code == "http_307" && failure.message.contains("redirects are not followed"));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_header_cannot_start_a_second_request() {
    let server = Double::start("200 OK", "").await;
    for headers in [
        json!({"X-A": "b\r\nHost: evil"}),
        json!({"X-A\r\nHost": "evil"}),
        json!({"Transfer-Encoding": "chunked"}),
    ] {
        let failure = failure(json!({"url": server.url("/"), "headers": headers}), &context()).await;
        assert_eq!((failure.code.as_str(), failure.retryable), ("bad_header", false));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn private_addresses_are_refused_for_good_and_silence_can_be_tried_again() {
    let refused = failure(json!({"url": "http://169.254.169.254/latest"}), &context()).await;
    assert_eq!((refused.code.as_str(), refused.retryable), ("address_refused", false));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let silent = failure(json!({"url": format!("http://127.0.0.1:{port}/")}), &context()).await;
    assert!(silent.retryable, "{silent:?}");
}
