//! "Guards": what ends an execution whatever `on_error` says, and what its clock counts.

use serde_json::json;

use super::bench::{Bench, usage};
use crate::run::{Budget, Command, Event, Failure, Seq, Status};

const OUT: &str = "name: out, handler: output";

#[test]
fn max_messages_counts_the_steps_of_one_frame_and_passes_on_error_by() {
    let bench = Bench::with(
        "max_messages: 7",
        &["name: a, handler: set, config: {payload: 1}, next: a, on_error: continue"],
    );
    let bench = bench.start(json!(1));
    assert_eq!(bench.error().0, "max_messages");
    assert_eq!(bench.count("passed"), 7);
}

#[test]
fn every_frame_has_a_count_of_its_own() {
    let bench = Bench::with(
        "max_messages: 3",
        &[
            "name: rows, handler: each, config: {items: '{{ input }}', do: a}, next: out",
            "name: a, handler: set, config: {payload: 1}, next: b",
            "name: b, handler: set, config: {payload: 2}",
            OUT,
        ],
    );
    assert_eq!(bench.start(json!([1, 2, 3, 4, 5])).output(), json!([2, 2, 2, 2, 2]));
}

#[test]
fn the_platform_has_a_ceiling_for_all_frames_together() {
    let budget = Budget { tokens: 1_000, active_ms: 1_000, steps: 10, depth: 0 };
    let bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input }}', do: a}",
        "name: a, handler: set, config: {payload: 1}",
    ]);
    let bench = bench.start_within(json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), Some(budget));
    assert_eq!(bench.error().0, "max_messages");
    assert!(bench.error().1.contains("10 steps in all"), "{}", bench.error().1);
}

#[test]
fn calls_are_nested_at_most_fifty_deep() {
    let mut bench =
        Bench::with("max_tokens: 1000000", &["name: boss, agent: true, prompt: p, peers: [boss]", OUT])
            .start(json!("go"));
    let mut depth = 0;
    while bench.state.end.is_none() {
        bench.calls("boss", &[("boss", json!({}))]);
        depth += 1;
    }
    assert_eq!((bench.error().0.as_str(), depth), ("max_depth", 51));
}

#[test]
fn the_active_time_runs_out_while_a_step_runs() {
    let mut bench =
        Bench::with("timeout: 10s", &["name: a, handler: http, config: {url: u}, on_error: continue"]);
    bench = bench.start(json!(1));
    bench.pass_ms(9_999);
    assert!(bench.state.end.is_none());
    bench.pass_ms(1);
    let end = bench.state.end.clone().unwrap();
    assert_eq!((end.status, end.error.unwrap().code.as_str()), (Status::Timeout, "timeout"));
}

#[test]
fn the_clock_stands_still_while_every_message_waits_and_runs_while_one_works() {
    let listeners = [
        "name: start, handler: set, config: {payload: 0}, next: [nap, work]",
        "name: nap, handler: delay, config: {for: 1h}, next: m",
        "name: work, handler: http, config: {url: u}, next: m",
        "name: m, handler: merge, next: last",
        "name: last, handler: http, config: {url: u}",
    ];
    let mut bench = Bench::with("timeout: 10s", &listeners).start(json!(1));
    bench.pass_ms(6_000);
    bench.finish("work", json!(1));
    bench.pass_ms(3_594_000);
    assert_eq!(bench.names_running(), ["last"]);
    bench.pass_ms(3_999);
    assert!(bench.state.end.is_none());
    bench.pass_ms(1);
    assert_eq!(bench.state.end.as_ref().unwrap().status, Status::Timeout);
}

#[test]
fn a_pause_between_attempts_is_active_time() {
    let listener = "name: a, handler: http, config: {url: u}, retry: {attempts: 3, backoff: 30s}";
    let mut bench = Bench::with("timeout: 10s", &[listener]).start(json!(1));
    bench.fail("a", Failure::transient("flaky", "x"));
    bench.pass_ms(10_000);
    assert_eq!(bench.state.end.as_ref().unwrap().status, Status::Timeout);
}

#[test]
fn time_in_which_the_node_was_dead_is_not_counted() {
    let mut bench =
        Bench::with("timeout: 10s", &["name: a, handler: http, config: {url: u}"]).start(json!(1));
    let step = bench.step("a");
    bench.now = bench.now.plus_ms(3_600_000);
    bench.decide(Command::Interrupt(step));
    bench.pass_ms(9_999);
    assert!(bench.state.end.is_none());
    bench.finish("a", json!("done"));
    assert_eq!(bench.output(), json!("done"));
}

fn agents(max_tokens: u64) -> Bench {
    Bench::with(
        &format!("max_tokens: {max_tokens}"),
        &[
            "name: start, handler: set, config: {payload: hi}, next: [a, b]",
            "name: a, agent: true, prompt: p, max_tokens: 400, peers: [t], on_error: continue",
            "name: b, agent: true, prompt: p, max_tokens: 400",
            "name: t, handler: set, config: {payload: 1}",
        ],
    )
    .start(json!(1))
}

#[test]
fn tokens_are_reserved_when_a_turn_is_scheduled() {
    // Each turn sets aside 100 for what is asked and 400 for the answer.
    let bench = agents(1_000);
    assert_eq!(bench.names_running(), ["a", "b"]);
    let bench = agents(999);
    assert_eq!(bench.error().0, "max_tokens");
    assert!(bench.error().1.contains("500 are set aside"), "{}", bench.error().1);
}

#[test]
fn a_reservation_is_settled_by_what_the_turn_really_cost() {
    let mut bench = agents(1_000);
    let step = bench.step("a");
    let calls = json!({"content": null, "calls": [{"id": "c", "name": "t", "arguments": {}}]});
    bench.outcome(step, Ok((calls, usage(0))));
    assert_eq!(bench.names_running(), ["b", "a"]);
    let step = bench.step("b");
    bench.outcome(step, Ok((json!({"content": "x", "calls": []}), usage(400))));
    assert_eq!(bench.state.tokens_used, 400);
    let step = bench.step("a");
    let calls = json!({"content": null, "calls": [{"id": "c", "name": "t", "arguments": {}}]});
    bench.outcome(step, Ok((calls, usage(101))));
    assert_eq!(bench.error().0, "max_tokens", "501 used and 500 wanted, past `on_error`");
}

#[test]
fn the_budget_of_tokens_is_warned_of_once_at_each_mark() {
    let mut bench = Bench::with(
        "max_tokens: 10000",
        &[
            "name: a, agent: true, prompt: p, max_turns: 50, peers: [t]",
            "name: t, handler: set, config: {payload: 1}",
        ],
    )
    .start(json!(1));
    let mut marks = Vec::new();
    for cost in [7_000, 499, 1, 100, 1_500, 300, 200] {
        let step = bench.step("a");
        let calls = json!({"content": null, "calls": [{"id": "c", "name": "t", "arguments": {}}]});
        bench.outcome(step, Ok((calls, usage(cost))));
        marks.push(bench.count("warned"));
    }
    assert_eq!(marks, [0, 0, 1, 1, 2, 2, 3]);
    let percents: Vec<u8> = (bench.events.iter())
        .filter_map(
            |(_, event)| if let Event::Warned { percent, .. } = event { Some(*percent) } else { None },
        )
        .collect();
    assert_eq!(percents, [75, 90, 95]);
}

#[test]
fn a_prompt_counts_against_the_budget_too() {
    let bench =
        Bench::with("max_tokens: 99", &["name: a, handler: prompt, config: {prompt: hi}"]).start(json!(1));
    assert_eq!(bench.error().0, "max_tokens");
}

#[test]
fn what_ends_an_execution_leaves_nothing_to_do() {
    let bench = agents(999);
    assert!(bench.running().is_empty());
    assert_eq!(crate::run::wake_at(&bench.organism, &bench.state), None);
    assert_eq!(bench.state.parked(bench.now), None);
    assert_eq!(bench.latest("ended"), Seq(bench.state.next_seq.0 - 1));
}
