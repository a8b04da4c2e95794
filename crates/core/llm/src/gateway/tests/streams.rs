//! Streams: bytes untouched, faults said, nothing invented, nobody asked in vain.

use futures::StreamExt;

use super::*;
use crate::double::{Step, stream_head};
use crate::{CacheOutcome, CacheWish, Dialect, Operation, RawRequest, Reply, ReplyBody};

const HELLO: &str = r#"{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hello"}]}"#;
const FIRST: &str = "data: {\"id\":\"x\",\"model\":\"gpt-4o-1\",\"new_field\": 1.50,\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
const WORDS: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"hello there\"}}]}\n\n";
const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const USAGE: &str = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\n";
const DONE: &str = "data: [DONE]\n\n";

fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

fn raw(body: &str) -> RawRequest {
    RawRequest::read(Dialect::OpenAi, Operation::Chat, body.to_owned().into()).unwrap()
}

async fn pass(gateway: &Gateway, body: &str) -> Result<Reply, Error> {
    gateway.pass(&caller(), raw(body), CacheWish::default()).await
}

async fn text(reply: Reply) -> String {
    let ReplyBody::Events(events) = reply.body else { panic!("it is not a stream") };
    let pieces: Vec<_> = events.collect().await;
    String::from_utf8(pieces.concat()).unwrap()
}

/// What a client sees of a stream that goes as the steps say, with 200 ms between two pieces.
async fn seen(steps: Vec<Step>) -> (Result<String, Error>, Gateway) {
    let double = Double::scripted(move |_, _| steps.clone()).await;
    let mut settings = settings(&double);
    for provider in &mut settings.providers {
        provider.timeouts.first_token_ms = 200;
        provider.timeouts.idle_ms = 200;
    }
    let gateway = gateway(settings, OperatorKeysOnly);
    match pass(&gateway, HELLO).await {
        Ok(reply) => (Ok(text(reply).await), gateway),
        Err(error) => (Err(error), gateway),
    }
}

fn failures(gateway: &Gateway) -> f64 {
    gateway.health().providers.iter().find(|provider| provider.name == "openai").unwrap().error_rate
}

#[tokio::test]
async fn the_bytes_of_the_same_dialect_stay_and_the_usage_nobody_asked_for_is_left_out() {
    let comment = ": a comment\n\n";
    let steps =
        vec![stream_head(), send(FIRST), send(comment), send(WORDS), send(STOP), send(USAGE), send(DONE)];
    let (seen, gateway) = seen(steps).await;
    assert_eq!(seen.unwrap(), [FIRST, comment, WORDS, STOP, DONE].concat());
    assert_eq!(failures(&gateway), 0.0);
}

#[tokio::test]
async fn who_asks_for_the_usage_gets_it() {
    let double =
        Double::scripted(|_, _| vec![stream_head(), send(FIRST), send(STOP), send(USAGE), send(DONE)]).await;
    let asks = HELLO.replace("true,", "true,\"stream_options\":{\"include_usage\":true},");
    let reply = pass(&gateway(settings(&double), OperatorKeysOnly), &asks).await.unwrap();
    assert!(text(reply).await.contains("prompt_tokens"));
    assert!(double.seen()[0].ends_with(&asks));
}

#[tokio::test]
async fn pieces_cut_anywhere_come_whole() {
    let all = [FIRST, WORDS, STOP, DONE].concat();
    let cut: Vec<Step> = all.as_bytes().chunks(7).map(|piece| Step::Send(piece.to_vec())).collect();
    let (seen, _) = seen([vec![stream_head()], cut].concat()).await;
    assert_eq!(seen.unwrap(), all);
}

#[tokio::test]
async fn frames_that_have_come_together_are_sent_on_together_but_for_the_first() {
    let chunked = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n";
    let frames = [FIRST, WORDS, WORDS, WORDS, STOP, DONE].map(chunked).concat();
    let all = format!("{head}{frames}0\r\n\r\n");
    let double = Double::scripted(move |_, _| vec![send(&all)]).await;
    let reply = pass(&gateway(settings(&double), OperatorKeysOnly), HELLO).await.unwrap();
    let ReplyBody::Events(events) = reply.body else { panic!("it is not a stream") };
    let pieces: Vec<_> = events.collect().await;
    assert_eq!(pieces, [FIRST, &[WORDS, WORDS, WORDS, STOP, DONE].concat()]);
}

#[tokio::test]
async fn a_stream_that_ends_too_early_is_an_error_and_nothing_is_invented() {
    let half = &WORDS[..20];
    for (name, end) in [
        ("truncated", vec![]),
        ("cut in a frame", vec![send(half)]),
        ("malformed", vec![send("data: {\"choices\": oops}\n\n"), send(STOP), send(DONE)]),
        ("an error said", vec![send("data: {\"error\":{\"message\":\"overloaded\"}}\n\n")]),
        ("stalled", vec![Step::Hang]),
        ("done without a reason", vec![send(DONE)]),
    ] {
        let (seen, gateway) = seen([vec![stream_head(), send(FIRST), send(WORDS)], end].concat()).await;
        let seen = seen.unwrap();
        let said = seen.strip_prefix(&[FIRST, WORDS].concat()).unwrap_or_else(|| panic!("{name}: {seen}"));
        let said = said.strip_prefix(DONE).unwrap_or(said);
        assert!(
            said.starts_with("data: {\"error\":{\"message\":\"") && said.ends_with("}}\n\n"),
            "{name}: {seen}"
        );
        assert!(!seen.contains("finish_reason"), "{name}: {seen}");
        assert_eq!(failures(&gateway), 1.0, "{name}");
    }
}

#[tokio::test]
async fn a_stream_that_fails_before_its_first_frame_is_asked_for_again() {
    for fault in [
        vec![stream_head()],
        vec![stream_head(), send("data: {\"cho")],
        vec![stream_head(), send("data: nonsense\n\n")],
        vec![stream_head(), Step::Hang],
        vec![Step::Hang],
        vec![Step::Send(reply("503 Away", "", "{}"))],
    ] {
        let double = Double::scripted(move |_, number| match number {
            0 => fault.clone(),
            _ => vec![stream_head(), send(FIRST), send(WORDS), send(STOP), send(DONE)],
        })
        .await;
        let mut settings = settings(&double);
        settings.retry.rounds = 1;
        settings.providers.iter_mut().for_each(|provider| provider.timeouts.first_token_ms = 200);
        let reply = pass(&gateway(settings, OperatorKeysOnly), HELLO).await.unwrap();
        assert_eq!(text(reply).await, [FIRST, WORDS, STOP, DONE].concat());
        assert_eq!(double.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_slow_first_token_is_a_failure_of_the_provider() {
    let (seen, gateway) = seen(vec![stream_head(), Step::Pause(1_000), send(FIRST)]).await;
    assert!(matches!(seen, Err(Error::Unreachable { .. })), "{seen:?}");
    assert_eq!(failures(&gateway), 1.0);
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_call_at_the_provider_and_frees_its_place() {
    let double = Double::scripted(|_, _| vec![stream_head(), send(FIRST), send(WORDS), Step::Hang]).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let reply = pass(&gateway, HELLO).await.unwrap();
    let ReplyBody::Events(mut events) = reply.body else { panic!("it is not a stream") };
    events.next().await.unwrap();
    let in_flight = || gateway.health().providers.iter().map(|provider| provider.in_flight).sum::<usize>();
    assert_eq!(in_flight(), 1);
    drop(events);
    double.left_by(1).await;
    assert_eq!((in_flight(), failures(&gateway)), (0, 0.0));
}

#[tokio::test]
async fn a_whole_stream_is_given_again_and_a_broken_one_is_not() {
    let cold = HELLO.replace("true,", "true,\"temperature\":0,");
    let double = Double::scripted(|_, number| match number {
        0 => vec![stream_head(), send(FIRST), send(WORDS)],
        _ => vec![stream_head(), send(FIRST), send(WORDS), send(STOP), send(DONE)],
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    assert!(text(pass(&gateway, &cold).await.unwrap()).await.contains("error"));
    let second = pass(&gateway, &cold).await.unwrap();
    assert_eq!(second.cache, CacheOutcome::Miss);
    let said = text(second).await;
    let third = pass(&gateway, &cold).await.unwrap();
    assert_eq!((third.cache, double.seen().len()), (CacheOutcome::Hit, 2));
    assert_eq!(text(third).await, said);
}
