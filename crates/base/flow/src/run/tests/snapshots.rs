//! Snapshots: small, true, and never read by a program that means something else by them.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::bench::{Bench, fingerprint};
use crate::run::{SNAPSHOT_VERSION, State};

#[test]
fn a_payload_that_is_handed_on_is_written_once_and_one_that_nobody_can_see_not_at_all() {
    let mut bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input.rows }}', do: work}, next: nap",
        "name: work, handler: http, config: {url: 'https://x.test/'}",
        "name: nap, handler: delay, config: {for: 1h}, next: again",
        "name: again, handler: branch, cases: [{when: 'true', next: last}]",
        "name: last, handler: delay, config: {for: 1h}, next: out",
        "name: out, handler: output",
    ])
    .start(json!({"rows": [1, 2, 3], "large": "0123456789".repeat(1_000)}));
    for number in 0..3 {
        bench.finish("work", json!({"answer": format!("only the list has number {number}")}));
    }
    bench.pass_ms(3_600_000);
    let text = bench.state.snapshot().unwrap();
    // The trigger's, as `trigger` and as the input of the list.
    assert_eq!(text.matches(&"0123456789".repeat(1_000)).count(), 2, "{}", text.len());
    assert_eq!(text.matches("only the list has number 1").count(), 1, "{text}");
    let restored = State::restore(&text).unwrap();
    assert_eq!(fingerprint(&restored), fingerprint(&bench.state));
}

#[test]
fn text_that_is_no_snapshot_is_none() {
    assert!(State::restore("").is_none() && State::restore("{}").is_none());
}

/// A state with something of every kind that the tests can make without a clock.
fn sample() -> State {
    let mut bench = Bench::of(&[
        "name: begin, handler: set, config: {payload: {n: 1}}, next: [boss, rows, both, slow]",
        "name: boss, agent: true, prompt: You ask., memory: true, peers: [tool], next: both",
        "name: tool, handler: http, config: {url: 'https://x.test/'}, input: {type: object}",
        "name: rows, handler: each, config: {items: [1, 2, 3], do: work, concurrency: 1}, next: both",
        "name: work, handler: http, config: {url: 'https://x.test/'}",
        "name: slow, handler: http, config: {url: 'https://x.test/'}, retry: {attempts: 3, backoff: 1h}, next: nap",
        "name: nap, handler: delay, config: {for: 1h}, next: both",
        "name: both, handler: merge, config: {wait: all}, next: out",
        "name: out, handler: output",
    ])
    .start(json!({"a": 1}));
    bench.calls("boss", &[("tool", json!({"x": 1})), ("nobody", json!({}))]);
    bench.finish("work", json!("one"));
    bench.state
}

#[test]
fn a_snapshot_that_is_written_in_another_way_has_another_version() {
    let present = json!({
        "version": SNAPSHOT_VERSION,
        "state": serde_json::from_str::<Json>(&sample().snapshot().unwrap()).unwrap(),
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/run/tests/golden/state.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&present).unwrap())).unwrap();
    }
    let kept: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert!(kept == present, "raise SNAPSHOT_VERSION, then run this once with UPDATE_GOLDEN=1: {present}");
}
