//! Models, as programs use them: for as long as they do.

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::rig::{Connection, Launch, Model, Server, Stopwatch, Store, Walk};

const CALLERS: u32 = 8;
/// `STORY_CALLS` says otherwise.
const CALLS: u32 = 4_000;
/// The soak is looked at after each of these parts; the first two fill pools and caches.
const PARTS: u32 = 10;
const WARM_PARTS: usize = 2;
/// What memory may move in all the other parts together: the database's page cache fills (16 MiB), and allocators breathe.
const MOST_GROWTH_BYTES: u64 = 32 * 1024 * 1024;

#[test]
fn memory_stays_flat_over_calls_of_every_kind() {
    let calls: u32 =
        std::env::var_os("STORY_CALLS").map_or(CALLS, |calls| calls.to_str().unwrap().parse().unwrap());
    let (store, model, watch) = (Store::sqlite(), Model::start(), Stopwatch::start());
    let server = with_model(&store, &model).start();
    let number = AtomicU32::new(0);
    let mut memory_bytes = vec![server.memory_bytes()];
    for part in 1..=PARTS {
        std::thread::scope(|scope| {
            for _ in 0..CALLERS {
                scope.spawn(|| call_until(&server, &number, calls / PARTS * part));
            }
        });
        memory_bytes.push(server.memory_bytes());
    }
    let mebibytes: Vec<u64> = memory_bytes.iter().map(|bytes| bytes >> 20).collect();
    eprintln!(
        "{calls} calls in {:?}, {} at the provider; MiB at the start and after each tenth: {mebibytes:?}",
        watch.elapsed(),
        model.calls()
    );
    let growth = memory_bytes[PARTS as usize].saturating_sub(memory_bytes[WARM_PARTS]);
    assert!(growth <= MOST_GROWTH_BYTES, "memory grew: {mebibytes:?} MiB");
}

#[test]
fn the_page_about_models_works_as_printed() {
    let (store, model) = (Store::sqlite(), Model::start());
    let server = with_model(&store, &model).start();
    // The reader's own key, which the page does not print.
    let page = Walk::of("docs/llm.md").given("OPENAI_KEY", "sk-story-0123456789abcdef0123456789");
    // Own keys begin at this tier, as the page says.
    let page = page.given("DEFAULT_TIER", "pro");
    let compared = page.run(store.folder(), &server.address().to_string());
    assert!(compared >= 3, "{compared}");
    assert!(model.calls() >= 2, "the key was tried, and the question asked");
}

/// A server whose models are the double's, with limits that are not in the way and a small cache.
fn with_model(store: &Store, model: &Model) -> Launch {
    let config = store.folder().join("models.toml");
    let text = format!(
        "cache_megabytes = 2\nexecution_dollars = 1000\n\
         [providers.openai]\nbase_url = \"{}\"\n\
         [tiers.pro]\nrequests_per_minute = 100000000\ntokens_per_minute = 100000000000\nconcurrency = 1000\n\
         dollars_per_month = 1000000\n",
        model.base_url()
    );
    fs::write(&config, text).expect("a file");
    let config = config.to_str().expect("a path").to_owned();
    Launch::on(store)
        .with("LLM_CONFIG", &config)
        .with("OPENAI_API_KEY", "story")
        .with("DEFAULT_TIER", "pro")
        .with("RUST_LOG", "error")
}

/// Asks, and hangs up without reading.
fn leave(mut connection: Connection, body: &str) {
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: story\r\ncontent-type: application/json\r\n";
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    connection.stream.write_all(request.as_bytes()).expect("a server that listens");
}

/// Calls until so many were made by all, each of the next kind: unique and repeated, whole and streamed, alike, refused, left.
fn call_until(server: &Server, number: &AtomicU32, most: u32) {
    let mut connection = Connection::open(server.address()).expect("a connection");
    loop {
        let mine = number.fetch_add(1, Ordering::Relaxed);
        if mine >= most {
            // The next part begins where this one was to end.
            number.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let (text, is_streamed) = match mine % 8 {
            0..4 => (format!("question {mine}"), mine % 2 == 1),
            4 => ("the same question".to_owned(), false),
            5 => (format!("nearly the same question of number {mine}"), false),
            6 => (format!("refuse me {mine}"), false),
            _ => (format!("nobody waits {mine}"), true),
        };
        let body = format!(
            r#"{{"model":"gpt-4o-mini","max_tokens":20,"temperature":0,"stream":{is_streamed},"messages":[{{"role":"user","content":"{text}"}}]}}"#
        );
        let headers = [("content-type", "application/json"), ("x-cache-similarity", "0.95")];
        if mine % 8 == 7 {
            leave(connection, &body);
            connection = Connection::open(server.address()).expect("a connection");
            continue;
        }
        let answer = connection.ask("POST", "/v1/chat/completions", &headers, body.as_bytes());
        let status = answer.expect("an answer").status;
        assert_eq!(status, if mine % 8 == 6 { 400 } else { 200 }, "{text}");
    }
}
