//! Faults before the first byte: asked again, asked elsewhere, left alone.

use super::*;
use crate::Strategy;
use crate::double::Step;

/// A gateway with an alias over two doubles, and retries.
fn across(first: &Double, second: &Double, rounds: u32) -> Gateway {
    let mut settings = settings(first);
    for provider in settings.providers.iter_mut().filter(|provider| provider.name == "anthropic") {
        provider.base_url = second.base_url();
    }
    settings.aliases.insert("smart".into(), vec!["openai/gpt-4o".into(), "anthropic/claude-x".into()]);
    settings.retry = Retry { rounds, base_ms: 10, patience_ms: 5_000 };
    gateway(settings, OperatorKeysOnly)
}

async fn claude() -> Double {
    let body = json!({"model": "claude-x", "content": [{"type": "text", "text": "from claude"}],
        "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}});
    Double::start(move |_| reply("200 OK", "", &body.to_string())).await
}

#[tokio::test]
async fn a_failure_that_passes_is_not_seen_by_the_caller() {
    for status in ["500 Oops", "503 Away", "429 Slow"] {
        let double = Double::scripted(move |_, number| match number {
            0 => vec![Step::Send(reply(status, "", "{}"))],
            _ => vec![Step::Send(completion(&json!({"content": "hi"})))],
        })
        .await;
        let mut settings = settings(&double);
        settings.retry.rounds = 1;
        let answer = gateway(settings, OperatorKeysOnly).chat(&caller(), hello("gpt-4o")).await.unwrap();
        assert_eq!((answer.text.as_deref(), double.seen().len()), (Some("hi"), 2), "{status}");
    }
}

#[tokio::test]
async fn a_refusal_is_neither_asked_again_nor_elsewhere() {
    for status in ["400 Bad", "404 None", "422 No"] {
        let (first, second) = (Double::start(move |_| reply(status, "", "{}")).await, claude().await);
        let error = across(&first, &second, 3).chat(&caller(), hello("smart")).await.unwrap_err();
        assert!(matches!(error, Error::Rejected { .. }), "{error}");
        assert_eq!((first.seen().len(), second.seen().len()), (1, 0), "{status}");
    }
}

#[tokio::test]
async fn another_vendor_answers_in_the_place_of_one_that_fails() {
    let mut hopeless = vec![Double::start(|_| reply("200 OK", "", "<html>")).await];
    let broke = r#"{"error":{"message":"no credit","code":"insufficient_quota"}}"#;
    hopeless.push(Double::start(move |_| reply("429 Slow", "", broke)).await);
    for status in ["500 Oops", "429 Slow", "401 Who", "402 Pay"] {
        hopeless.push(Double::start(move |_| reply(status, "", "{}")).await);
    }
    for first in hopeless {
        let second = claude().await;
        let answer = across(&first, &second, 0).chat(&caller(), hello("smart")).await.unwrap();
        assert_eq!((answer.text.as_deref(), answer.model.as_str()), (Some("from claude"), "claude-x"));
        assert_eq!((first.seen().len(), second.seen().len()), (1, 1));
    }
    // Nobody listens at all.
    let (first, second) = (claude().await, claude().await);
    let gateway = across(&first, &second, 0);
    let mut settings = gateway.0.settings.clone();
    settings.providers.iter_mut().find(|p| p.name == "openai").unwrap().base_url =
        "http://127.0.0.1:1/v1".into();
    let answer = super::gateway(settings, OperatorKeysOnly).chat(&caller(), hello("smart")).await.unwrap();
    assert_eq!(answer.text.as_deref(), Some("from claude"));
}

#[tokio::test]
async fn after_five_failures_a_provider_is_left_alone_and_then_tried_again() {
    let double = Double::scripted(|_, number| match number {
        0..5 => vec![Step::Send(reply("500 Oops", "", "{}"))],
        _ => vec![Step::Send(completion(&json!({"content": "hi"})))],
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    for _ in 0..5 {
        gateway.chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    }
    let resting = gateway.chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    assert!(
        matches!(resting, Error::Resting { retry_after_s: 30, .. }) && resting.is_transient(),
        "{resting}"
    );
    assert_eq!(double.seen().len(), 5, "the sixth was not sent");
    let health = gateway.health();
    let openai = health.providers.iter().find(|provider| provider.name == "openai").unwrap();
    assert_eq!((openai.breakers[0].model.as_str(), openai.error_rate), ("gpt-4o", 1.0));
    gateway.0.sources.clock.advance_ms(30_000);
    assert!(gateway.chat(&caller(), hello("gpt-4o")).await.is_ok());
}

#[tokio::test]
async fn refusals_and_cancelled_calls_open_no_breaker() {
    let double = Double::scripted(|_, number| match number {
        0..6 => vec![Step::Send(reply("400 Bad", "", "{}"))],
        6..12 => vec![Step::Hang],
        _ => vec![Step::Send(completion(&json!({"content": "hi"})))],
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    for _ in 0..6 {
        gateway.chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    }
    for _ in 0..6 {
        let caller = caller();
        let call = gateway.chat(&caller, hello("gpt-4o"));
        let _ = tokio::time::timeout(std::time::Duration::from_millis(30), call).await;
    }
    double.left_by(6).await;
    assert!(gateway.chat(&caller(), hello("gpt-4o")).await.is_ok());
}

#[tokio::test]
async fn a_pause_longer_than_the_callers_patience_is_the_callers_to_make() {
    let double = Double::start(|_| reply("429 Slow", "Retry-After: 60\r\n", "{}")).await;
    let mut settings = settings(&double);
    settings.retry.rounds = 3;
    let gateway = gateway(settings, OperatorKeysOnly);
    let busy = gateway.chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    assert_eq!((busy.retry_after_s(), double.seen().len()), (Some(60), 1));
    // And it is not asked again before.
    let resting = gateway.chat(&caller(), hello("gpt-4o")).await.unwrap_err();
    assert_eq!((resting.retry_after_s(), double.seen().len()), (Some(60), 1));
}

#[tokio::test]
async fn vendors_take_turns_or_the_least_loaded_is_asked_when_a_flow_says_so() {
    let first = Double::start(|_| completion(&json!({"content": "from gpt"}))).await;
    let second = claude().await;
    let gateway = across(&first, &second, 0);
    let ask = async |strategy, text: &str| {
        let caller = Caller { strategy, ..caller() };
        let request = ChatRequest::new("smart", vec![Message::User(text.to_owned())]);
        gateway.chat(&caller, request).await.unwrap().text.unwrap()
    };
    // Each question is another one: the cache answers what was asked before.
    let mut said = Vec::new();
    for text in ["a", "b", "c", "d"] {
        said.push(ask(Strategy::RoundRobin, text).await);
    }
    assert_eq!(said, ["from gpt", "from claude", "from gpt", "from claude"]);
    assert_eq!(ask(Strategy::LeastLoaded, "e").await, "from gpt", "of equals the first");
    let turnstile = &gateway.0.turnstiles["openai"];
    let seat = turnstile.try_enter();
    assert!(seat.is_some());
    assert_eq!(ask(Strategy::LeastLoaded, "f").await, "from claude");
    assert_eq!(ask(Strategy::Failover, "g").await, "from gpt");
}
