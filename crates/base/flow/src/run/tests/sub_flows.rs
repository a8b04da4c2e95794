//! `flow`: another execution, what it may use, what comes back.

use serde_json::json;

use super::bench::{Bench, usage};
use crate::run::{Budget, Command, Event, Failure, Parked, Seq, Spent, Status, WaitsFor};

fn sub(keys: &str) -> Bench {
    let keys_of_flow = "timeout: 60s, max_tokens: 1000";
    let sub = format!(
        "name: sub, handler: flow, config: {{flow: enrich, input: {{id: '{{{{ input.id }}}}'}}}}, next: out{keys}"
    );
    Bench::with(keys_of_flow, &[&sub, "name: out, handler: output"]).start(json!({"id": 7, "more": 1}))
}

fn returned(bench: &mut Bench, outcome: Result<serde_json::Value, Failure>, spent: Spent) {
    let step = bench.latest("delegated");
    bench.decide(Command::Return { step, outcome, spent });
    bench.turn();
}

fn delegated(bench: &Bench) -> (String, serde_json::Value, Budget) {
    let found = bench.events.iter().rev().find_map(|(_, event)| match event {
        Event::Delegated { flow, input, budget, .. } => {
            Some((flow.to_string(), input.json().clone(), *budget))
        }
        _ => None,
    });
    found.unwrap()
}

#[test]
fn another_flow_receives_its_input_and_what_remains() {
    let bench = sub("");
    let (flow, input, budget) = delegated(&bench);
    assert_eq!((flow.as_str(), input), ("enrich", json!({"id": 7})));
    assert_eq!((budget.tokens, budget.active_ms, budget.depth), (1_000, 60_000, 1));
    assert_eq!(bench.state.delegated().iter().copied().collect::<Vec<_>>(), [Seq(1)]);
    assert_eq!(bench.state.parked(bench.now), Some(Parked { waits_for: WaitsFor::Flow, until: None }));
}

#[test]
fn its_answer_is_handed_on_once() {
    let mut bench = sub("");
    returned(&mut bench, Ok(json!("rich")), Spent::default());
    assert_eq!(bench.output(), json!("rich"));
    let step = bench.latest("delegated");
    assert_eq!(bench.decide(Command::Return { step, outcome: Ok(json!(2)), spent: Spent::default() }), 0);
}

#[test]
fn its_failure_is_a_step_error_that_on_error_decides() {
    let error = Failure::permanent("gone", "orders: it is gone");
    let mut bench = sub("");
    returned(&mut bench, Err(error.clone()), Spent::default());
    assert_eq!(bench.error(), ("gone".to_owned(), "sub: orders: it is gone".to_owned()));
    let mut bench = sub(", on_error: continue");
    returned(&mut bench, Err(error), Spent { tokens: 10, ..Spent::default() });
    assert_eq!(bench.output()["error"]["code"], "gone");
    assert_eq!(bench.state.tokens_used, 10, "a failure costs too");
}

#[test]
fn what_it_used_counts_as_its_callers_and_is_warned_of() {
    let mut bench = sub("");
    bench.now = bench.now.plus_ms(30_000);
    returned(&mut bench, Ok(json!(1)), Spent { tokens: 800, active_ms: 20_000, steps: 5 });
    assert_eq!(bench.state.spent(), Spent { tokens: 800, active_ms: 20_000, steps: 7 });
    assert_eq!(bench.count("warned"), 1);
}

#[test]
fn the_callers_clock_stands_still_meanwhile_and_then_counts_what_the_other_was_active() {
    let mut bench = Bench::with(
        "timeout: 60s",
        &[
            "name: sub, handler: flow, config: {flow: f}, next: work",
            "name: work, handler: http, config: {url: u}",
        ],
    )
    .start(json!(1));
    bench.pass_ms(3_600_000);
    assert!(bench.state.end.is_none(), "the other flow may wait for a person");
    returned(&mut bench, Ok(json!(1)), Spent { active_ms: 50_000, ..Spent::default() });
    bench.pass_ms(9_999);
    assert!(bench.state.end.is_none());
    bench.pass_ms(1);
    assert_eq!(bench.state.end.as_ref().unwrap().status, Status::Timeout);
}

#[test]
fn active_time_is_not_counted_twice() {
    let mut bench = Bench::with(
        "timeout: 60s",
        &[
            "name: start, handler: set, config: {payload: 1}, next: [sub, work]",
            "name: sub, handler: flow, config: {flow: f}",
            "name: work, handler: http, config: {url: u}",
        ],
    )
    .start(json!(1));
    bench.pass_ms(40_000);
    returned(&mut bench, Ok(json!(1)), Spent { active_ms: 40_000, ..Spent::default() });
    assert_eq!(bench.state.spent().active_ms, 40_000);
}

#[test]
fn a_called_flow_is_bound_by_its_own_limits_and_by_what_it_was_left() {
    let budget = Budget { tokens: 450, active_ms: 5_000, steps: 100, depth: 1 };
    let agent = "name: a, agent: true, prompt: p, max_tokens: 400";
    let bench = Bench::of(&[agent]).start_within(json!(1), Some(budget));
    assert_eq!(bench.error().0, "max_tokens");
    let mut bench = Bench::of(&[agent]).start_within(json!(1), Some(Budget { tokens: 500, ..budget }));
    bench.pass_ms(5_000);
    assert_eq!(bench.state.end.as_ref().unwrap().status, Status::Timeout);
}

#[test]
fn recursion_is_bounded_by_depth() {
    let budget = |depth| Budget { tokens: 500, active_ms: 5_000, steps: 100, depth };
    let sub = "name: sub, handler: flow, config: {flow: itself}";
    let bench = Bench::of(&[sub]).start_within(json!(1), Some(budget(50)));
    assert_eq!(delegated(&bench).2.depth, 51);
    let bench = Bench::of(&[sub]).start_within(json!(1), Some(budget(51)));
    assert_eq!(bench.error().0, "max_depth");
}

#[test]
fn a_flow_that_takes_too_long_or_is_wanted_no_longer_is_left_behind() {
    let mut bench = sub(", timeout: 10s, on_error: continue");
    bench.pass_ms(10_000);
    assert_eq!(bench.output()["error"]["code"], "timeout");
    assert!(bench.state.delegated().is_empty());

    let mut bench = Bench::of(&[
        "name: start, handler: set, config: {payload: 1}, next: [sub, work]",
        "name: sub, handler: flow, config: {flow: f}, next: m",
        "name: work, handler: http, config: {url: u}, next: m",
        "name: m, handler: merge, config: {wait: first}, next: last",
        "name: last, handler: http, config: {url: u}",
    ])
    .start(json!(1));
    bench.finish("work", json!(1));
    assert!(bench.state.delegated().is_empty() && bench.state.end.is_none());
}

#[test]
fn an_answer_that_does_not_fit_the_output_schema_is_an_error() {
    let mut bench =
        Bench::of(&["name: sub, handler: flow, config: {flow: f}, output: {type: string}"]).start(json!(1));
    returned(&mut bench, Ok(json!(1)), Spent { tokens: 5, ..Spent::default() });
    assert_eq!((bench.error().0.as_str(), bench.state.tokens_used), ("output_schema", 5));
}

#[test]
fn what_an_agent_spent_is_told_to_the_caller() {
    let mut bench = Bench::of(&["name: a, agent: true, prompt: p"]).start(json!(1));
    let step = bench.step("a");
    bench.outcome(step, Ok((json!({"content": "x", "calls": []}), usage(42))));
    assert_eq!(bench.state.spent(), Spent { tokens: 42, active_ms: 0, steps: 1 });
}
