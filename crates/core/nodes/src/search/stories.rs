//! Whole searches at a server on the loopback.

use std::sync::{Arc, Mutex};

use engine::flow::Payload;
use engine::{Failure, Handler, Outcome, SecretUse};
use kit::Secret;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use super::{Search, SearchProvider};
use crate::testing::context;

/// A server that gives every request the same answer; its address, and what it was asked.
async fn server(head: &str, body: Json) -> (Url, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/base/", listener.local_addr().unwrap()).parse().unwrap();
    let body = body.to_string();
    let answer =
        format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut piece = vec![0; 16 * 1024];
            let length = connection.read(&mut piece).await.unwrap_or(0);
            log.lock().unwrap().push(String::from_utf8_lossy(&piece[..length]).into_owned());
            let _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    (url, seen)
}

async fn run(provider: Option<SearchProvider>, config: Json, input: Json) -> Outcome {
    let client = net::Client::new("127.0.0.1".parse().unwrap()).unwrap();
    Search::new(client, provider).run(&context(), config, Payload::new(input)).await
}

async fn failure(provider: Option<SearchProvider>, config: Json, input: Json) -> Failure {
    match run(provider, config, input).await {
        Outcome::Failed(failure) => failure,
        Outcome::Done(answer) => panic!("{answer:?}"),
    }
}

fn brave(url: Url) -> Option<SearchProvider> {
    Some(SearchProvider::Brave { key: Secret::from("canary"), url: Some(url) })
}

#[tokio::test]
async fn brave_is_asked_with_its_key_and_its_results_are_handed_on() {
    let results = json!([{"title": "A", "url": "https://a.example", "description": "about a", "age": "1 day"}, {"title": "B", "url": "https://b.example"}]);
    let (url, seen) = server("200 OK", json!({"web": {"results": results}})).await;
    let Outcome::Done(answer) = run(brave(url), json!({"count": 5}), json!({"query": "größe & more"})).await
    else {
        panic!()
    };
    assert_eq!(
        answer.output,
        json!({"query": "größe & more", "results": [
            {"title": "A", "url": "https://a.example", "description": "about a"},
            {"title": "B", "url": "https://b.example", "description": ""},
        ]})
    );
    let asked = seen.lock().unwrap().remove(0);
    assert!(asked.starts_with("GET /base/?q=gr%C3%B6%C3%9Fe+%26+more&count=5 HTTP/1.1"), "{asked}");
    assert!(asked.contains("x-subscription-token: canary"), "{asked}");
}

#[tokio::test]
async fn searxng_is_asked_at_its_path_and_cut_to_the_count() {
    let result = |n: u8| json!({"title": n.to_string(), "url": "https://a.example", "content": "text"});
    let (url, seen) = server("200 OK", json!({"results": [result(1), result(2), result(3)]})).await;
    let provider = SearchProvider::searxng(url.as_str()).unwrap();
    let Outcome::Done(answer) = run(Some(provider), json!({"query": "a", "count": 2}), json!(null)).await
    else {
        panic!()
    };
    assert_eq!(answer.output["results"].as_array().unwrap().len(), 2);
    assert_eq!(answer.output["results"][0]["description"], "text");
    assert!(seen.lock().unwrap()[0].starts_with("GET /base/search?q=a&format=json"));
}

#[tokio::test]
async fn no_results_are_an_empty_list() {
    let (url, _) = server("200 OK", json!({"type": "search"})).await;
    let Outcome::Done(answer) = run(brave(url), json!({}), json!("nothing")).await else { panic!() };
    assert_eq!(answer.output["results"], json!([]));
}

#[tokio::test]
async fn a_server_without_a_provider_says_what_its_operator_has_to_do() {
    let failure = failure(None, json!({"query": "a"}), json!(null)).await;
    assert_eq!((failure.code.as_str(), failure.retryable), ("not_configured", false));
    assert!(failure.message.contains("BRAVE_SEARCH_API_KEY"), "{}", failure.message);
}

#[tokio::test]
async fn a_refusal_says_its_status_and_whether_to_try_again() {
    for (head, retryable) in
        [("401 Unauthorized", false), ("429 Too Many Requests", true), ("503 Gone", true), ("422 No", false)]
    {
        let (url, _) = server(head, json!({})).await;
        let failure = failure(brave(url), json!({"query": "a"}), json!(null)).await;
        assert_eq!((failure.code.as_str(), failure.retryable), ("search_refused", retryable), "{head}");
        assert!(!failure.message.contains("canary"));
    }
}

#[tokio::test]
async fn a_question_is_needed_and_bounded_and_holds_no_secret() {
    let (url, seen) = server("200 OK", json!({})).await;
    for query in ["", "  ", &"x".repeat(401)] {
        assert_eq!(
            failure(brave(url.clone()), json!({"query": query}), json!(null)).await.code,
            "invalid_input"
        );
    }
    let client = net::Client::new("127.0.0.1".parse().unwrap()).unwrap();
    let mut context = context();
    context.secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: Vec::new() }];
    let outcome =
        Search::new(client, brave(url)).run(&context, json!({"query": "canary"}), Payload::default()).await;
    assert!(matches!(outcome, Outcome::Failed(failure) if failure.code == "secret_not_allowed"));
    assert!(seen.lock().unwrap().is_empty());
}
