//! "Merge": `all`, `first`, a number, what is absorbed, whose turn it is when only held messages remain.

use serde_json::json;

use super::bench::Bench;
use crate::run::Event;

const A: &str = "name: a, handler: http, config: {url: u}, next: m";
const B: &str = "name: b, handler: http, config: {url: u}, next: m";
const C: &str = "name: c, handler: http, config: {url: u}, next: m";
const START: &str = "name: start, handler: set, config: {payload: 0}, next: [a, b, c]";

fn absorbed(bench: &Bench) -> usize {
    let events = bench.events.iter();
    events.map(|(_, event)| if let Event::Merged { absorbed, .. } = event { absorbed.len() } else { 0 }).sum()
}

#[test]
fn all_waits_for_every_branch_and_lists_them_in_the_order_of_the_file() {
    let mut bench =
        Bench::of(&[START, A, B, C, "name: m, handler: merge, config: {wait: all}"]).start(json!(0));
    for name in ["c", "a", "b"] {
        assert!(bench.state.end.is_none());
        bench.finish(name, json!(name));
    }
    assert_eq!(bench.output(), json!(["a", "b", "c"]));
}

#[test]
fn all_does_not_wait_for_a_branch_that_was_not_taken() {
    let mut bench = Bench::of(&[
        "name: start, handler: set, config: {payload: 0}, next: [a, route]",
        A,
        "name: route, handler: branch, cases: [{when: 'input > 0', next: b}]",
        B,
        "name: m, handler: merge",
    ])
    .start(json!(0));
    bench.finish("a", json!("a"));
    assert_eq!(bench.output(), json!(["a"]));
}

#[test]
fn all_waits_for_a_message_that_can_still_come_by_on_error() {
    let failing = "name: b, handler: http, config: {url: u}, next: elsewhere, on_error: m";
    let elsewhere = "name: elsewhere, handler: set, config: {payload: 1}";
    let mut bench = Bench::of(&[START, A, failing, C, elsewhere, "name: m, handler: merge"]).start(json!(0));
    bench.finish("a", json!("a"));
    bench.finish("c", json!("c"));
    assert_eq!(bench.count("merged"), 0);
    bench.fail("b", crate::run::Failure::permanent("gone", "gone"));
    let merged = bench.output();
    assert_eq!(merged, json!(["a", {"error": {"code": "gone", "message": "gone"}, "input": 0}, "c"]));
}

#[test]
fn a_number_fires_at_that_many_and_absorbs_what_could_still_come() {
    let mut bench =
        Bench::of(&[START, A, B, C, "name: m, handler: merge, config: {wait: 2}"]).start(json!(0));
    bench.finish("c", json!("c"));
    assert_eq!(bench.count("merged"), 0);
    bench.finish("b", json!("b"));
    assert_eq!(bench.output(), json!(["b", "c"]));
    assert_eq!(absorbed(&bench), 1);
}

#[test]
fn a_number_fires_with_fewer_when_no_more_can_come() {
    let mut bench =
        Bench::of(&[START, A, B, C, "name: m, handler: merge, config: {wait: 7}"]).start(json!(0));
    for name in ["c", "a", "b"] {
        bench.finish(name, json!(name));
    }
    assert_eq!(bench.output(), json!(["a", "b", "c"]));
}

#[test]
fn first_hands_on_that_payload_alone_and_ends_the_others() {
    let mut bench =
        Bench::of(&[START, A, B, C, "name: m, handler: merge, config: {wait: first}"]).start(json!(0));
    bench.finish("b", json!("b"));
    assert_eq!(bench.output(), json!("b"));
    assert_eq!(absorbed(&bench), 2);
}

#[test]
fn what_cannot_reach_a_merge_is_not_absorbed_by_it() {
    let mut bench = Bench::of(&[
        "name: start, handler: set, config: {payload: 0}, next: [a, b, aside]",
        A,
        B,
        "name: aside, handler: http, config: {url: u}",
        "name: m, handler: merge, config: {wait: first}",
    ])
    .start(json!(0));
    bench.finish("b", json!("b"));
    assert!(bench.state.end.is_none());
    bench.finish("aside", json!("x"));
    assert_eq!(bench.output(), json!(["b", "x"]));
}

#[test]
fn when_only_held_messages_remain_the_merge_with_the_oldest_arrival_fires() {
    // Each merge can reach the other: by the plain rule both would wait for ever.
    let mut bench = Bench::of(&[
        "name: start, handler: set, config: {payload: 0}, next: [a, b]",
        "name: a, handler: http, config: {url: u}, next: m",
        "name: b, handler: http, config: {url: u}, next: n",
        "name: m, handler: merge, next: [n, x]",
        "name: n, handler: merge, next: [m, y]",
        "name: x, handler: branch, cases: [{when: 'false', next: x}]",
        "name: y, handler: branch, cases: [{when: 'false', next: x}]",
    ]);
    bench.organism.max_messages = 12;
    let mut bench = bench.start(json!(0));
    bench.finish("b", json!("b"));
    bench.finish("a", json!("a"));
    let fired: Vec<&str> = (bench.events.iter())
        .filter_map(
            |(_, event)| if let Event::Merged { listener, .. } = event { Some(&**listener) } else { None },
        )
        .collect();
    assert_eq!(fired[..2], ["n", "m"]);
    assert_eq!(bench.error().0, "max_messages");
}

#[test]
fn a_merge_in_a_loop_fires_each_time_round() {
    let bench = Bench::of(&[
        "name: start, handler: set, config: {payload: 0}, next: m",
        "name: m, handler: merge, config: {wait: all}, next: add",
        "name: add, handler: set, config: {payload: '{{ input[0] + 1 }}'}, next: again",
        "name: again, handler: branch, cases: [{when: 'input < 3', next: m}], otherwise: out",
        "name: out, handler: output",
    ])
    .start(json!(0));
    assert_eq!((bench.output(), bench.count("merged")), (json!(3), 3));
}

#[test]
fn a_merge_never_sees_another_frame() {
    let mut bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input }}', do: fork, concurrency: 2}",
        "name: fork, handler: set, config: {payload: '{{ input }}'}, next: [a, b]",
        A,
        B,
        "name: m, handler: merge",
    ])
    .start(json!(["x", "y"]));
    assert_eq!(bench.names_running(), ["a", "b", "a", "b"]);
    let steps: Vec<_> = bench.running().into_iter().map(|(step, _)| step).collect();
    for (step, answer) in steps.into_iter().zip(["xa", "xb", "ya", "yb"]) {
        bench.outcome(step, Ok((json!(answer), None)));
    }
    assert_eq!(bench.output(), json!([["xa", "xb"], ["ya", "yb"]]));
}

#[test]
fn merges_that_lead_to_one_another_hit_the_guard() {
    let bench = Bench::with(
        "max_messages: 20",
        &["name: m, handler: merge, next: n", "name: n, handler: merge, next: m"],
    );
    assert_eq!(bench.start(json!(0)).error().0, "max_messages");
}
