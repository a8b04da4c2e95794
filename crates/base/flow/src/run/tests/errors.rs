//! "Errors": retries, `on_error`, what a failed frame takes with it.

use serde_json::json;

use super::bench::Bench;
use crate::run::{Command, Event, Failure};

const OUT: &str = "name: out, handler: output";

fn flaky() -> Failure {
    Failure::transient("flaky", "not this time")
}

#[test]
fn only_what_can_succeed_is_tried_again_and_only_as_often_as_allowed() {
    let listener = "name: a, handler: http, config: {url: u}, retry: {attempts: 3, backoff: 1s}, next: out";
    let mut bench = Bench::of(&[listener, OUT]).start(json!(1));
    for pause_ms in [1_000, 2_000] {
        bench.fail("a", flaky());
        assert!(bench.running().is_empty());
        bench.pass_ms(pause_ms - 1);
        assert!(bench.running().is_empty());
        bench.pass_ms(1);
    }
    bench.fail("a", flaky());
    assert_eq!(bench.error(), ("flaky".to_owned(), "a: not this time".to_owned()));
    assert_eq!(bench.count("retrying"), 2);

    let mut bench = Bench::of(&[listener, OUT]).start(json!(1));
    bench.fail("a", Failure::permanent("wrong", "never"));
    assert_eq!((bench.error().0.as_str(), bench.count("retrying")), ("wrong", 0));
}

#[test]
fn every_attempt_is_the_same_step_and_sees_the_same_now() {
    let listener = "name: a, handler: http, config: {url: '{{ now }}'}, retry: {attempts: 2, backoff: 1s}";
    let mut bench = Bench::of(&[listener]).start(json!(1));
    let (step, config) = (bench.step("a"), bench.prepared(bench.step("a")).config);
    bench.fail("a", flaky());
    bench.pass_ms(1_000);
    assert_eq!((bench.step("a"), bench.prepared(step).config), (step, config));
}

#[test]
fn a_pause_is_never_shorter_than_was_asked_for() {
    let listener = "name: a, handler: http, config: {url: u}, retry: {attempts: 2, backoff: 1s}";
    let mut bench = Bench::of(&[listener]).start(json!(1));
    bench.fail("a", Failure { retry_after_ms: Some(30_000), ..flaky() });
    bench.pass_ms(29_999);
    assert!(bench.running().is_empty());
    bench.pass_ms(1);
    assert_eq!(bench.names_running(), ["a"]);
}

#[test]
fn continue_hands_error_and_input_to_next_and_a_name_hands_it_there_alone() {
    let wanted = json!({"error": {"code": "wrong", "message": "never"}, "input": 1});
    for on_error in ["continue", "sorry"] {
        let listener = format!("name: a, handler: http, config: {{url: u}}, next: out, on_error: {on_error}");
        let mut bench =
            Bench::of(&[&listener, OUT, "name: sorry, handler: set, config: {payload: ['{{ input }}']}"])
                .start(json!(1));
        bench.fail("a", Failure::permanent("wrong", "never"));
        let wanted = if on_error == "sorry" { json!([wanted]) } else { wanted.clone() };
        assert_eq!(bench.output(), wanted);
    }
}

#[test]
fn continue_without_a_next_is_a_dead_end_that_answers() {
    let mut bench =
        Bench::of(&["name: a, handler: http, config: {url: u}, on_error: continue"]).start(json!(1));
    bench.fail("a", Failure::permanent("wrong", "never"));
    assert_eq!(bench.output()["error"]["code"], "wrong");
}

#[test]
fn a_failed_frame_cancels_its_other_messages() {
    let mut bench = Bench::of(&[
        "name: start, handler: set, config: {payload: 0}, next: [a, b]",
        "name: a, handler: http, config: {url: u}",
        "name: b, handler: http, config: {url: u}",
    ])
    .start(json!(1));
    let other = bench.step("b");
    bench.fail("a", Failure::permanent("wrong", "never"));
    assert_eq!(bench.error().0, "wrong");
    assert!(bench.running().is_empty());
    assert_eq!(bench.decide(Command::Finish { step: other, outcome: Ok((json!(1), None)) }), 0);
}

#[test]
fn an_input_or_an_output_that_does_not_fit_its_schema_fails_its_step() {
    let input = "name: a, handler: http, config: {url: u}, input: {type: object, required: [id]}";
    let bench = Bench::of(&[input]).start(json!(1));
    assert_eq!((bench.error().0.as_str(), bench.count("scheduled")), ("input_schema", 0));

    let output = "name: a, handler: http, config: {url: u}, output: {type: string}, on_error: continue, retry: {attempts: 5}";
    let mut bench = Bench::of(&[output]).start(json!(1));
    bench.finish("a", json!(7));
    assert_eq!(bench.output()["error"]["code"], "output_schema");
}

#[test]
fn an_expression_without_a_value_fails_its_step_and_is_not_tried_again() {
    let listener = "name: a, handler: http, config: {url: '{{ input.nope }}'}, retry: {attempts: 5}";
    let mut bench = Bench::of(&[listener]).start(json!({"yes": 1}));
    let step = bench.latest("scheduled");
    let failure = bench.prepare(step).unwrap_err();
    assert!(failure.message.contains("yes"), "an undefined name says what exists: {}", failure.message);
    bench.outcome(step, Err(failure));
    assert_eq!((bench.error().0.as_str(), bench.count("retrying")), ("expression", 0));
    assert_eq!(bench.error().1.matches("a: ").count(), 1, "who failed is said once: {}", bench.error().1);
}

#[test]
fn a_step_that_loses_its_node_runs_again_under_the_same_id_and_is_given_up_after_five() {
    let mut bench =
        Bench::of(&["name: a, handler: http, config: {url: u}, on_error: continue"]).start(json!(1));
    let step = bench.step("a");
    for _ in 0..4 {
        bench.decide(Command::Interrupt(step));
        assert_eq!(bench.step("a"), step);
    }
    bench.decide(Command::Interrupt(step));
    assert_eq!(bench.output()["error"]["code"], "interrupted");
    let attempts: Vec<u32> = (bench.events.iter())
        .filter_map(
            |(_, event)| if let Event::Interrupted { attempt, .. } = event { Some(*attempt) } else { None },
        )
        .collect();
    assert_eq!(attempts, [1, 1, 1, 1]);
}

#[test]
fn cancellation_passes_on_error_by() {
    let mut bench =
        Bench::of(&["name: a, handler: http, config: {url: u}, on_error: continue"]).start(json!(1));
    bench.decide(Command::Stop { error: Failure::permanent("cancelled", "by its owner") });
    assert_eq!(bench.error(), ("cancelled".to_owned(), "by its owner".to_owned()));
    assert_eq!(bench.count("failed"), 0);
}
