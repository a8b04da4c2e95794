//! `each`: a frame an item, in order, so many at a time, and what a failed item means.

use serde_json::{Value as Json, json};

use super::bench::Bench;
use crate::run::Failure;

fn rows(config: &str) -> Bench {
    let each = format!(
        "name: rows, handler: each, config: {{items: '{{{{ input }}}}', do: work, {config}}}, next: out"
    );
    Bench::of(&[
        &each,
        "name: work, handler: http, config: {url: '{{ input }}'}",
        "name: out, handler: output",
    ])
}

fn running(bench: &Bench) -> Vec<Json> {
    bench.running().into_iter().map(|(step, _)| bench.prepared(step).input.json().clone()).collect()
}

fn answer(bench: &mut Bench, item: &Json, outcome: Result<Json, Failure>) {
    let found = bench.running().into_iter().find(|(step, _)| bench.prepared(*step).input.json() == item);
    bench.outcome(found.unwrap().0, outcome.map(|output| (output, None)));
}

fn gone() -> Failure {
    Failure::permanent("gone", "it is gone")
}

#[test]
fn results_are_in_the_order_of_the_items_whatever_the_order_of_the_answers() {
    let mut bench = rows("concurrency: 3").start(json!(["a", "b", "c"]));
    for item in ["c", "a", "b"] {
        answer(&mut bench, &json!(item), Ok(json!([item])));
    }
    assert_eq!(bench.output(), json!([["a"], ["b"], ["c"]]));
}

#[test]
fn so_many_items_run_at_a_time_and_one_when_nothing_is_said() {
    let mut bench = rows("concurrency: 2").start(json!([1, 2, 3, 4]));
    assert_eq!(running(&bench), [json!(1), json!(2)]);
    answer(&mut bench, &json!(2), Ok(json!(0)));
    assert_eq!(running(&bench), [json!(1), json!(3)]);
    let bench = rows("").start(json!([1, 2, 3, 4]));
    assert_eq!(running(&bench), [json!(1)]);
}

#[test]
fn an_empty_list_is_handed_on_as_one() {
    assert_eq!(rows("").start(json!([])).output(), json!([]));
}

#[test]
fn what_is_no_list_fails_the_step() {
    let bench = rows("").start(json!({"a": 1}));
    assert_eq!(bench.error().0, "not_a_list");
}

#[test]
fn a_failed_item_fails_the_whole_and_cancels_the_others() {
    let mut bench = rows("concurrency: 3").start(json!(["a", "b", "c"]));
    answer(&mut bench, &json!("b"), Err(gone()));
    assert_eq!(bench.error(), ("gone".to_owned(), "rows: item 1: it is gone".to_owned()));
    assert!(bench.running().is_empty());
}

#[test]
fn on_error_of_the_each_decides_what_its_failure_means() {
    let mut bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input }}', do: work, concurrency: 2}, next: out, on_error: continue",
        "name: work, handler: http, config: {url: u}",
        "name: out, handler: output",
    ])
    .start(json!(["a", "b"]));
    answer(&mut bench, &json!("a"), Err(gone()));
    assert_eq!(
        bench.output(),
        json!({"error": {"code": "gone", "message": "item 0: it is gone"}, "input": ["a", "b"]})
    );
}

#[test]
fn failed_items_can_be_collected_or_skipped() {
    let collected = json!([1, {"error": {"code": "gone", "message": "it is gone"}, "input": "b"}, 3]);
    for (policy, wanted) in [("collect", collected), ("skip", json!([1, 3]))] {
        let mut bench = rows(&format!("on_item_error: {policy}")).start(json!(["a", "b", "c"]));
        answer(&mut bench, &json!("a"), Ok(json!(1)));
        answer(&mut bench, &json!("b"), Err(gone()));
        answer(&mut bench, &json!("c"), Ok(json!(3)));
        assert_eq!(bench.output(), wanted);
    }
}

#[test]
fn an_item_answers_with_all_that_stands_behind_the_work() {
    let bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input }}', do: work}",
        "name: work, handler: set, config: {payload: '{{ input * 2 }}'}, next: [a, b]",
        "name: a, handler: set, config: {payload: 'a{{ input }}'}",
        "name: b, handler: set, config: {payload: 'b{{ input }}'}",
    ]);
    assert_eq!(bench.start(json!([1, 2])).output(), json!([["a2", "b2"], ["a4", "b4"]]));
}

#[test]
fn items_see_the_steps_before_the_each_and_not_one_another() {
    let bench = Bench::of(&[
        "name: before, handler: set, config: {payload: '{{ input }}'}, next: rows",
        "name: rows, handler: each, config: {items: '{{ input }}', do: work}",
        "name: work, handler: set, config: {payload: ['{{ steps.before | length }}', '{{ steps.rows is defined }}', '{{ steps.work is defined }}']}",
    ]);
    assert_eq!(bench.start(json!([1, 2])).output(), json!([[2, false, false], [2, false, false]]));
}

#[test]
fn an_each_stands_in_an_each() {
    let bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input }}', do: cells, concurrency: 2}",
        "name: cells, handler: each, config: {items: '{{ input }}', do: cell, concurrency: 2}",
        "name: cell, handler: set, config: {payload: '{{ input + 1 }}'}",
    ]);
    assert_eq!(bench.start(json!([[1, 2], [], [3]])).output(), json!([[2, 3], [], [4]]));
}

#[test]
fn a_timeout_bounds_the_whole() {
    let mut bench = Bench::with(
        "timeout: 1h",
        &[
            "name: rows, handler: each, config: {items: '{{ input }}', do: work}, timeout: 10s, on_error: continue",
            "name: work, handler: http, config: {url: u}",
        ],
    )
    .start(json!([1, 2]));
    bench.pass_ms(6_000);
    answer(&mut bench, &json!(1), Ok(json!(1)));
    bench.pass_ms(4_000);
    assert_eq!(bench.output()["error"]["code"], "timeout");
    assert!(bench.running().is_empty());
}

#[test]
fn a_tool_may_be_an_each() {
    let mut bench = Bench::of(&[
        "name: boss, agent: true, prompt: p, peers: [rows]",
        "name: rows, handler: each, config: {items: '{{ input.ids }}', do: work, concurrency: 2}",
        "name: work, handler: http, config: {url: u}",
    ])
    .start(json!(0));
    bench.calls("boss", &[("rows", json!({"ids": [1, 2]}))]);
    answer(&mut bench, &json!(2), Ok(json!("two")));
    answer(&mut bench, &json!(1), Ok(json!("one")));
    let step = bench.step("boss");
    let messages = bench.prepared(step).config["messages"].clone();
    assert_eq!(messages[3]["content"], r#"["one","two"]"#);
}
