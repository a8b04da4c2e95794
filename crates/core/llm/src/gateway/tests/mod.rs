//! The gateway as a whole, against providers on the loopback.

mod alike;
mod failover;
mod faults;
mod interleavings;
mod keys;
mod limits;
mod records;
mod responses;
mod shared;
mod spoken;
mod streams;
mod translation;

use async_trait::async_trait;
use kit::{Clock, Entropy, Kind, Problem, Secret, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::double::{Provider as Double, reply};
use crate::{Caller, ChatRequest, Finish, Message, OperatorKeysOnly, Retry, Tool, Wire};

const CANARY: &str = "canary-0123456789-key";

struct OwnKey;

#[async_trait]
impl Credentials for OwnKey {
    async fn key(&self, _owner: OwnerId, provider: &str) -> Option<Secret> {
        (provider == "openai").then(|| Secret::from("own-key"))
    }

    async fn refused(&self, _: OwnerId, _: &str, _: &Secret, _: &str) {}
}

fn caller() -> Caller {
    Caller { tier: "enterprise".into(), ..Caller::of(OwnerId::from_u128(1)) }
}

fn sources() -> Sources {
    let noon = Timestamp::from_millis(1_700_000_000_000); // 2023-11-14T22:13:20Z
    Sources { clock: Clock::manual(noon), entropy: Entropy::seeded(1) }
}

fn settings(double: &Double) -> Settings {
    let key =
        |name: &str| (name == "OPENAI_API_KEY" || name == "ANTHROPIC_API_KEY").then(|| CANARY.to_owned());
    let mut settings = Settings::from_variables(key).unwrap();
    for provider in &mut settings.providers {
        provider.base_url = double.base_url();
    }
    // What failing twice is like has tests of its own.
    settings.retry = Retry { rounds: 0, base_ms: 10, patience_ms: 5_000 };
    settings
}

fn gateway(settings: Settings, credentials: impl Credentials + 'static) -> Gateway {
    let client = net::Client::new("127.0.0.1".parse().unwrap()).unwrap();
    Gateway::new(settings, client, Arc::new(credentials), sources())
}

fn hello(model: &str) -> ChatRequest {
    ChatRequest::new(model, vec![Message::User("hello".into())])
}

async fn failing(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Error {
    let double = Double::start(answer).await;
    gateway(settings(&double), OperatorKeysOnly).chat(&caller(), hello("gpt-4o")).await.unwrap_err()
}

fn completion(message: &Value) -> Vec<u8> {
    let choice = json!({"message": message, "finish_reason": "stop"});
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 2});
    reply("200 OK", "", &json!({"model": "gpt-4o-x", "choices": [choice], "usage": usage}).to_string())
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_brings_the_answer() {
    let double = Double::start(|request| match request.contains("\"role\":\"tool\"") {
        true => completion(&json!({"content": "it is sunny"})),
        false => completion(&json!({"content": null, "tool_calls": [
            {"id": "c1", "function": {"name": "weather", "arguments": "{\"city\":\"Rome\"}"}}
        ]})),
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}});
    let mut request = hello("gpt-4o");
    request.tools = vec![Tool { name: "weather".into(), description: "d".into(), input_schema: schema }];

    let first = gateway.chat(&caller(), request.clone()).await.unwrap();
    assert_eq!((first.finish, &first.calls[0].arguments), (Finish::ToolCalls, &json!({"city": "Rome"})));
    request.messages.push(Message::Assistant { text: first.text, calls: first.calls });
    request.messages.push(Message::ToolResult { call_id: "c1".into(), content: "sunny".into() });
    let second = gateway.chat(&caller(), request).await.unwrap();
    assert_eq!((second.text.as_deref(), second.usage.input_tokens), (Some("it is sunny"), 9));
    assert!(!second.simulated && second.model == "gpt-4o-x");

    let seen = double.seen();
    assert!(
        seen[0].starts_with("POST /v1/chat/completions") && seen[0].contains(&format!("Bearer {CANARY}"))
    );
    assert!(seen[1].contains("\"tool_call_id\":\"c1\"") && seen[1].contains("{\\\"city\\\":\\\"Rome\\\"}"));
}

#[tokio::test]
async fn anthropic_is_asked_in_its_own_words() {
    let body = json!({"model": "claude-x", "content": [{"type": "text", "text": "hi"}], "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1}});
    let double = Double::start(move |_| reply("200 OK", "", &body.to_string())).await;
    let answer =
        gateway(settings(&double), OperatorKeysOnly).chat(&caller(), hello("claude-x")).await.unwrap();
    assert_eq!(answer.text.as_deref(), Some("hi"));
    let seen = double.seen().remove(0);
    assert!(
        seen.starts_with("POST /v1/messages") && seen.contains(&format!("x-api-key: {CANARY}")),
        "{seen}"
    );
    assert!(seen.contains("anthropic-version: 2023-06-01") && !seen.contains("authorization"));
}

#[tokio::test]
async fn an_owners_key_comes_before_the_operators_and_stays_with_its_provider() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let gateway = gateway(settings(&double), OwnKey);
    gateway.chat(&caller(), hello("gpt-4o")).await.unwrap();
    let missing = gateway.chat(&caller(), hello("grok-3")).await.unwrap_err();
    assert!(matches!(&missing, Error::NoKey { .. }), "{missing}");
    let seen = double.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains("Bearer own-key") && !seen[0].contains(CANARY));
}

#[tokio::test]
async fn a_missing_key_says_which_to_set() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let error =
        gateway(settings(&double), OperatorKeysOnly).chat(&caller(), hello("grok-3")).await.unwrap_err();
    assert!(error.to_string().contains("XAI_API_KEY") && error.to_string().contains("xai"), "{error}");
    assert!(error.kind() == Kind::Invalid && !error.is_transient());
}

#[tokio::test]
async fn too_many_requests_are_transient_and_say_when_to_come_back() {
    for (header, pause_s) in [("Retry-After: 7", 7), ("Retry-After: Tue, 14 Nov 2023 22:14:20 GMT", 60)] {
        let error = failing(move |_| {
            reply("429 Too Many Requests", &format!("{header}\r\n"), r#"{"error":{"message":"slow down"}}"#)
        })
        .await;
        assert!(error.is_transient() && error.retry_after_s() == Some(pause_s), "{error}");
        assert!(error.kind() == Kind::TooMany && error.to_string().contains("slow down"));
    }
}

#[tokio::test]
async fn an_account_without_credit_is_not_asked_again() {
    let body = r#"{"error":{"message":"no credit","code":"insufficient_quota"}}"#;
    let error = failing(move |_| reply("429 Too Many Requests", "", body)).await;
    assert!(!error.is_transient() && error.to_string().contains("no credit"));
}

#[tokio::test]
async fn failures_of_the_provider_are_transient_and_refusals_are_not() {
    for (status, is_transient) in [
        ("500 Oops", true),
        ("503 Away", true),
        ("529 Overloaded", true),
        ("408 Slow", true),
        ("400 Bad", false),
        ("404 None", false),
        ("422 No", false),
        ("302 Elsewhere", false),
    ] {
        let error = failing(move |_| reply(status, "", r#"{"error":{"message":"why"}}"#)).await;
        assert_eq!(error.is_transient(), is_transient, "{error}");
        assert!(error.to_string().contains("why") && error.to_string().contains(&status[..3]), "{error}");
    }
}

#[tokio::test]
async fn an_answer_of_another_shape_is_malformed() {
    for body in ["<html>busy</html>", "{}", r#"{"choices":[{"message":{"content":{"a":1}}}]}"#] {
        let error = failing(move |_| reply("200 OK", "", body)).await;
        assert!(matches!(error, Error::Malformed { .. }) && error.is_transient(), "{error}");
    }
}

#[tokio::test]
async fn an_answer_past_the_cap_is_refused() {
    let double = Double::start(|_| completion(&json!({"content": "x".repeat(5_000)}))).await;
    let small = Settings { max_answer_bytes: 4_000, ..settings(&double) };
    let error = gateway(small, OperatorKeysOnly).chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    assert!(error.kind() == Kind::TooLarge && !error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_in_time_is_transient() {
    let double = Double::start(|_| Vec::new()).await;
    let mut hasty = settings(&double);
    hasty.providers.iter_mut().for_each(|provider| provider.timeouts.total_ms = 60);
    let error = gateway(hasty, OperatorKeysOnly).chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    assert!(error.is_transient() && error.code() == "provider_unreachable", "{error}");
}

#[tokio::test]
async fn no_error_and_no_printed_thing_shows_a_key() {
    let repeats = |status: &'static str| {
        move |request: &str| {
            let said = request.lines().find(|line| line.contains(CANARY)).unwrap_or_default().to_owned();
            let body = json!({"error": {"message": said}, "choices": said, "content": said});
            reply(
                status,
                &format!("X-Key: {CANARY}\r\nLocation: http://127.0.0.1:1/{CANARY}\r\n"),
                &body.to_string(),
            )
        }
    };
    for status in ["200 OK", "302 Elsewhere", "400 Bad", "401 Who", "403 No", "429 Slow", "500 Oops"] {
        let double = Double::start(repeats(status)).await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        assert!(!format!("{gateway:?}").contains(CANARY));
        for model in ["gpt-4o", "claude-x"] {
            let error = gateway.chat(&caller(), hello(model)).await.unwrap_err();
            let shown = format!("{error} {error:?} {:?}", error.details());
            assert!(!shown.contains(CANARY) && !shown.contains("canary"), "{shown}");
        }
        assert_eq!(double.seen().iter().filter(|request| request.contains(CANARY)).count(), 2);
    }
}

#[tokio::test]
async fn a_request_without_a_model_takes_the_default_and_one_without_messages_is_refused() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let settings = Settings { default_model: "openai/gpt-4o-mini".into(), ..settings(&double) };
    let gateway = gateway(settings, OperatorKeysOnly);
    gateway.chat(&caller(), ChatRequest { model: None, ..hello("") }).await.unwrap();
    assert!(double.seen()[0].contains("\"model\":\"gpt-4o-mini\""));
    let empty = gateway.chat(&caller(), ChatRequest::new("gpt-4o", vec![])).await;
    assert!(matches!(empty, Err(Error::NoMessages)));
}

#[tokio::test]
async fn a_generic_provider_is_asked_without_a_key_and_echo_asks_nobody() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let base_url = double.base_url();
    let settings =
        Settings::from_variables(|name| (name == "LLM_BASE_URL").then(|| base_url.clone())).unwrap();
    let generic = settings.providers.iter().find(|provider| provider.name == "generic").unwrap();
    assert_eq!(generic.wire, Wire::OpenAiCompatible);
    let gateway = gateway(settings, OperatorKeysOnly);
    gateway.chat(&caller(), hello("llama3")).await.unwrap();
    let simulated = gateway.chat(&caller(), hello("echo/llama3")).await.unwrap();
    assert!(simulated.simulated && simulated.model == "echo/llama3");
    assert_eq!(double.seen().len(), 1);
    assert!(!double.seen()[0].contains("authorization"));
}

#[tokio::test]
async fn a_private_base_url_is_refused_until_the_operator_opens_it() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let closed = net::Client::new(net::EgressAllow::default()).unwrap();
    let gateway = Gateway::new(settings(&double), closed, Arc::new(OperatorKeysOnly), sources());
    let error = gateway.chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    assert!(error.to_string().contains("EGRESS_ALLOW") && !error.is_transient(), "{error}");
    assert!(double.seen().is_empty());
}
