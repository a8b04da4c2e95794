//! Long runs: what they cost grows with their length and no faster.

use std::time::Instant;

use serde_json::{Value as Json, json};

use super::bench::Bench;

fn each(count: u32) -> Bench {
    let items: Vec<u32> = (0..count).collect();
    Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input.rows }}', do: work, concurrency: 10}, next: out",
        "name: work, handler: set, config: {payload: '{{ input + 1 }}'}",
        "name: out, handler: output",
    ])
    .start(json!({ "rows": items }))
}

fn round(count: u32) -> Bench {
    let bench = Bench::with(
        "max_messages: 200000",
        &[
            "name: add, handler: set, config: {payload: {n: '{{ input.n + 1 }}', most: '{{ input.most }}'}}, next: again",
            "name: again, handler: branch, cases: [{when: 'input.n < input.most', next: add}], otherwise: out",
            "name: out, handler: output",
        ],
    );
    bench.start(json!({"n": 0, "most": count}))
}

fn fan(count: usize) -> Bench {
    let names: Vec<String> = (0..count).map(|n| format!("w{n}")).collect();
    let start = format!("name: start, handler: set, config: {{payload: 1}}, next: [{}]", names.join(", "));
    let workers: Vec<String> = names
        .iter()
        .map(|name| format!("name: {name}, handler: http, config: {{url: u}}, next: m"))
        .collect();
    let mut all = vec![start.as_str()];
    all.extend(workers.iter().map(String::as_str));
    all.push("name: m, handler: merge");
    let mut bench = Bench::of(&all).start(json!(1));
    for (step, _) in bench.running() {
        bench.outcome(step, Ok((json!(1), None)));
    }
    bench
}

#[test]
fn an_each_over_ten_thousand_items_gives_ten_thousand_results_in_order() {
    let wanted: Vec<u32> = (1..=10_000).collect();
    assert_eq!(each(10_000).output(), json!(wanted));
}

#[test]
fn nothing_is_kept_of_what_is_over() {
    let bench = each(1_000);
    assert!(bench.state.tokens.is_empty() && bench.state.frames.is_empty());
    assert_eq!(bench.state.index, crate::run::state::Index::default());
}

/// `cargo test --release -p blox-flow the_curve -- --nocapture` prints it.
#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is told")]
fn the_curve_is_straight_enough_for_ten_thousand_items_in_a_second() {
    // Unoptimized, and beside other tests, it is a tenth of that.
    let (most, longest_ms) = if cfg!(debug_assertions) { (1_000, 5_000) } else { (10_000, 1_000) };
    let told = |what: &str, count: u32, run: &dyn Fn() -> Json| {
        let begun = Instant::now();
        let _ = run();
        let took = begun.elapsed();
        println!("{what:<28} {count:>6}: {took:>12.3?}, {:>8.3?} each", took / count);
        assert!(took.as_millis() < longest_ms, "{what}: {took:?} for {count}");
    };
    for count in [100, 1_000, 10_000].into_iter().filter(|count| *count <= most) {
        told("each, items", count, &|| each(count).output());
        told("loop, rounds of two steps", count, &|| round(count).output());
    }
    for count in [10, 100, 900].into_iter().filter(|count| *count * 10 <= most) {
        told("fan-out into a merge", count, &|| fan(count as usize).output());
    }
}
