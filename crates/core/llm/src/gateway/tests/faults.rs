//! Every fault a provider has: what the client gets, what is billed, what the breaker counts, and that nothing is kept.
//!
//! In virtual time: a stall of a minute takes no minute here.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::StreamExt;

use super::*;
use crate::double::{Step, stream_head};
use crate::wire::Dialect;
use crate::{CacheWish, Operation, RawRequest, ReplyBody, UsageFilter, UsageRow};

/// What a provider does wrong, and what must come of it.
struct Fault {
    name: &'static str,
    steps: Vec<Step>,
    /// The error's code; none where the answer is good all the same.
    code: Option<&'static str>,
    /// Tokens read and written that are billed.
    billed: (u64, u64),
    /// After how many of them the provider is left alone.
    rests_after: Option<usize>,
}

const ALL: [Dialect; 3] = [Dialect::OpenAi, Dialect::Responses, Dialect::Anthropic];
static WEEK: AtomicU32 = AtomicU32::new(0);
/// `hello there`.
const WRITTEN: u64 = 3;

fn fault(name: &'static str, steps: Vec<Step>, code: &'static str) -> Fault {
    Fault { name, steps, code: Some(code), billed: (0, 0), rests_after: Some(5) }
}

fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

fn body(dialect: Dialect, is_streamed: bool) -> String {
    if dialect == Dialect::Responses {
        return format!(
            r#"{{"model":"gpt-4o","max_output_tokens":50,"temperature":0,"stream":{is_streamed},"input":"hello"}}"#
        );
    }
    let model = if dialect == Dialect::OpenAi { "gpt-4o" } else { "claude-sonnet-4-20250514" };
    format!(
        r#"{{"model":"{model}","max_tokens":50,"temperature":0,"stream":{is_streamed},"messages":[{{"role":"user","content":"hello"}}]}}"#
    )
}

/// The question in tokens, by its length.
fn read(dialect: Dialect, is_streamed: bool) -> u64 {
    body(dialect, is_streamed).len().div_ceil(4) as u64
}

/// A whole answer, with this as its usage.
fn whole(dialect: Dialect, usage: &str) -> String {
    match dialect {
        Dialect::OpenAi => format!(
            r#"{{"model":"gpt-4o","choices":[{{"message":{{"content":"hello there"}},"finish_reason":"stop"}}],"usage":{usage}}}"#
        ),
        Dialect::Responses => format!(
            r#"{{"model":"gpt-4o","status":"completed","output":[{{"type":"message","content":[{{"type":"output_text","text":"hello there"}}]}}],"usage":{usage}}}"#
        ),
        Dialect::Anthropic => format!(
            r#"{{"model":"claude-sonnet-4-20250514","content":[{{"type":"text","text":"hello there"}}],"stop_reason":"end_turn","usage":{usage}}}"#
        ),
    }
}

/// A stream up to its last word, and the rest of it with this as the usage at its end.
fn stream(dialect: Dialect, usage: &str) -> [String; 2] {
    match dialect {
        Dialect::OpenAi => [
            "data: {\"model\":\"gpt-4o\",\"choices\":[{\"delta\":{\"content\":\"hello there\"}}]}\n\n".to_owned(),
            format!("data: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: {{\"choices\":[],\"usage\":{usage}}}\n\ndata: [DONE]\n\n"),
        ],
        Dialect::Responses => [
            "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"model\":\"gpt-4o\"}}\n\n\
             event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"hello there\"}\n\n".to_owned(),
            format!("event: response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{{\"model\":\"gpt-4o\",\"usage\":{usage}}}}}\n\n"),
        ],
        Dialect::Anthropic => [
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-4-20250514\",\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n\
             event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hello there\"}}\n\n".to_owned(),
            format!("event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"end_turn\"}},\"usage\":{usage}}}\n\nevent: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n"),
        ],
    }
}

/// Those that come before anything of an answer has, streamed or not.
fn before_the_first_byte() -> Vec<Fault> {
    let status = |line: &'static str, headers: &str| vec![Step::Send(reply(line, headers, "{}"))];
    vec![
        fault("429", status("429 Slow", ""), "provider_busy"),
        Fault {
            rests_after: Some(1),
            ..fault("429 with Retry-After", status("429 Slow", "Retry-After: 9\r\n"), "provider_busy")
        },
        fault("500", status("500 Oops", ""), "provider_down"),
        fault("503", status("503 Away", ""), "provider_down"),
        fault("closed at once", vec![], "provider_unreachable"),
        fault("no first token", vec![Step::Hang], "provider_unreachable"),
        fault(
            "a slow first token",
            vec![Step::Pause(70_000), send("HTTP/1.1 200 OK\r\n\r\n")],
            "provider_unreachable",
        ),
        Fault { rests_after: None, ..fault("400", status("400 Bad", ""), "provider_refused") },
        Fault { rests_after: None, ..fault("401", status("401 Who", ""), "provider_key_refused") },
    ]
}

fn of_whole_answers(dialect: Dialect) -> Vec<Fault> {
    let good = whole(dialect, "null");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", good.len());
    let half = [send(&head), send(&good[..40])];
    let usage = |name, usage: &str| Fault {
        name,
        steps: vec![Step::Send(reply("200 OK", "", &whole(dialect, usage)))],
        code: None,
        billed: (read(dialect, false), if dialect == Dialect::Anthropic { 9 } else { WRITTEN }),
        rests_after: None,
    };
    vec![
        fault("another shape", vec![Step::Send(reply("200 OK", "", "<html>"))], "provider_malformed"),
        fault("truncated", half.to_vec(), "provider_unreachable"),
        fault("stalled", [half.to_vec(), vec![Step::Hang]].concat(), "provider_unreachable"),
        usage("no usage", "null"),
        usage("a usage of another type", r#""many""#),
        usage(
            "a usage below nothing",
            r#"{"prompt_tokens":-5,"completion_tokens":1,"input_tokens":-5,"output_tokens":1}"#,
        ),
        usage(
            "a usage beyond belief",
            r#"{"prompt_tokens":9000000000000,"completion_tokens":1,"input_tokens":9000000000000,"output_tokens":1}"#,
        ),
    ]
}

fn of_streams(dialect: Dialect) -> Vec<Fault> {
    // Anthropic says at once what it has read; OpenAI only at the end.
    let read = if dialect == Dialect::Anthropic { 7 } else { read(dialect, true) };
    let [words, end] = stream(dialect, "null");
    let begun = [stream_head(), send(&words)];
    let broken = |name, rest: Vec<Step>, code| Fault {
        billed: (read, WRITTEN),
        ..fault(name, [begun.to_vec(), rest].concat(), code)
    };
    let (oops, said) = match dialect {
        Dialect::OpenAi => {
            ("data: {\"choices\": oops}\n\n", "data: {\"error\":{\"message\":\"overloaded\"}}\n\n")
        }
        Dialect::Responses => (
            "event: response.in_progress\ndata: {\"type\": oops}\n\n",
            "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"overloaded\"}\n\n",
        ),
        Dialect::Anthropic => (
            "event: ping\ndata: {\"type\": oops}\n\n",
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"overloaded\"}}\n\n",
        ),
    };
    let [_, miscounted] = stream(dialect, r#""many""#);
    vec![
        fault("no stream", vec![Step::Send(reply("200 OK", "", "{}"))], "answer_broke_off"),
        fault("another shape", vec![stream_head(), send("data: <html>\n\n")], "provider_malformed"),
        broken("truncated", vec![], "answer_broke_off"),
        broken("cut in a frame", vec![send(&end[..30])], "answer_broke_off"),
        broken("a malformed frame", vec![send(oops), send(&end)], "provider_malformed"),
        broken("an error said", vec![send(said)], "provider_down"),
        broken("stalled", vec![Step::Hang], "provider_unreachable"),
        Fault {
            code: None,
            rests_after: None,
            ..broken("a usage of another type", vec![send(&miscounted)], "")
        },
    ]
}

#[tokio::test]
async fn whole_answers_fail_in_every_way() {
    let fresh = db::testing::sqlite().await;
    for dialect in ALL {
        for fault in before_the_first_byte().into_iter().chain(of_whole_answers(dialect)) {
            check(&fresh.db, dialect, false, fault).await;
        }
    }
}

#[tokio::test]
async fn streams_fail_in_every_way() {
    let fresh = db::testing::sqlite().await;
    for dialect in ALL {
        for fault in before_the_first_byte().into_iter().chain(of_streams(dialect)) {
            check(&fresh.db, dialect, true, fault).await;
        }
    }
}

#[tokio::test]
async fn nobody_listens() {
    let double = Double::start(|_| Vec::new()).await;
    let mut settings = settings(&double);
    settings.providers.iter_mut().for_each(|provider| provider.base_url = "http://127.0.0.1:1/v1".into());
    let gateway = gateway(settings, OperatorKeysOnly);
    for number in 0..6 {
        let code = ask(&gateway, Dialect::OpenAi, false).await.unwrap_err().code();
        assert_eq!(code, if number < 5 { "provider_unreachable" } else { "provider_resting" });
    }
}

async fn check(db: &Db, dialect: Dialect, is_streamed: bool, fault: Fault) {
    let Fault { name, steps, code, billed, rests_after } = fault;
    let what = format!("{name}, {dialect:?}, streamed: {is_streamed}");
    let double = Double::scripted(move |_, _| steps.clone()).await;
    let mut settings = settings(&double);
    settings.providers.iter_mut().for_each(|provider| provider.timeouts.total_ms = 60_000);
    let gateway = gateway(settings, OperatorKeysOnly);
    gateway.keep_records(db.clone());
    // Each in a week of its own: one database has the records of all.
    gateway.0.sources.clock.advance_ms(i64::from(WEEK.fetch_add(1, Ordering::Relaxed)) * 604_800_000);

    let first = ask(&gateway, dialect, is_streamed).await;
    match (code, first) {
        (Some(code), Err(error)) => assert_eq!(error.code(), code, "{what}: {error}"),
        (Some(code), Ok(said)) => tells_of_the_failure(dialect, (&said, code), &what),
        (None, Ok(said)) => {
            assert!(said.contains("hello there") && !said.contains("\"error\""), "{what}: {said}");
        }
        (None, Err(error)) => panic!("{what}: {error}"),
    }
    let kept = row(&gateway).await;
    assert_eq!((kept.calls, kept.failed), (1, u64::from(code.is_some())), "{what}");
    assert_eq!((kept.input_tokens, kept.output_tokens), billed, "{what}");
    assert_eq!(kept.cost_nano_dollars > 0, billed != (0, 0), "{what}");

    let no_cache = code.is_none();
    for _ in 1..7 {
        drop(ask_with(&gateway, dialect, is_streamed, CacheWish { no_cache, ..CacheWish::default() }).await);
    }
    assert_eq!(double.seen().len(), rests_after.unwrap_or(7), "{what}: calls before it is left alone");
    assert_eq!(
        gateway.0.store.health().entries,
        usize::from(code.is_none()),
        "{what}: nothing broken is kept"
    );
    let left = gateway.health().providers.iter().map(|provider| provider.in_flight).sum::<usize>();
    assert_eq!(left, 0, "{what}: no place is lost");
}

/// A stream that broke says so, and nothing that looks like an end.
fn tells_of_the_failure(dialect: Dialect, (said, code): (&str, &str), what: &str) {
    let [words, _] = stream(dialect, "null");
    let rest = said.strip_prefix(&words).unwrap_or_else(|| panic!("{what}: {said}"));
    let is_told = match dialect {
        Dialect::OpenAi => rest.starts_with("data: {\"error\":") && rest.contains(code),
        Dialect::Responses => rest.starts_with("event: error\ndata: {") && rest.contains(code),
        Dialect::Anthropic => rest.starts_with("event: error\ndata: {\"type\":\"error\","),
    };
    assert!(is_told, "{what}: {rest}");
    assert!(
        !["[DONE]", "finish_reason", "stop_reason", "message_stop", "response.completed"]
            .iter()
            .any(|end| rest.contains(end)),
        "{what}: {rest}"
    );
}

async fn ask(gateway: &Gateway, dialect: Dialect, is_streamed: bool) -> Result<String, Error> {
    ask_with(gateway, dialect, is_streamed, CacheWish::default()).await
}

async fn ask_with(
    gateway: &Gateway,
    dialect: Dialect,
    is_streamed: bool,
    wish: CacheWish,
) -> Result<String, Error> {
    let raw = RawRequest::read(dialect, Operation::Chat, body(dialect, is_streamed).into()).unwrap();
    quickly(async {
        match gateway.pass(&caller(), raw, wish).await?.body {
            ReplyBody::Whole(body) => Ok(String::from_utf8(body.to_vec()).unwrap()),
            ReplyBody::Events(events) => {
                Ok(String::from_utf8(events.collect::<Vec<_>>().await.concat()).unwrap())
            }
        }
    })
    .await
}

/// Runs with a clock on which ten seconds pass in a millisecond.
async fn quickly<T>(work: impl Future<Output = T>) -> T {
    tokio::time::pause();
    let mut work = pin!(work);
    let done = loop {
        // While a thread is waited for, the clock stands still; what can be done without time is done.
        let mut instant = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(1)));
        tokio::select! {
            biased;
            done = &mut work => {
                let _ = instant.await;
                break done;
            }
            _ = &mut instant => tokio::time::advance(Duration::from_secs(10)).await,
        }
    };
    tokio::time::resume();
    done
}

async fn row(gateway: &Gateway) -> UsageRow {
    gateway.flush().await;
    let now = gateway.0.sources.clock.now();
    let filter = UsageFilter { from: now.plus_ms(-1_000), to: now.plus_ms(1), flow: None, model: None };
    gateway.usage(caller().owner, &filter).await.unwrap().remove(0)
}
