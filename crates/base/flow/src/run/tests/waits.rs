//! `delay` and `approval`: named waits that cost nothing and end once.

use kit::Timestamp;
use serde_json::json;

use super::bench::Bench;
use crate::run::{Awaited, Command, Event, Parked, Verdict, WaitsFor, wake_at};

fn approval(config: &str) -> Bench {
    let ask = format!(
        "name: ask, handler: approval, config: {{message: 'Refund {{{{ input.amount }}}}?'{config}}}, next: out"
    );
    Bench::of(&[&ask, "name: out, handler: output"]).start(json!({"amount": 7}))
}

fn resolve(bench: &mut Bench, verdict: Verdict) -> usize {
    let wait = bench.latest("waiting");
    let (by, comment) = (Some("ann@example.com".to_owned()), Some("fine".to_owned()));
    let count = bench.decide(Command::Resolve { wait, verdict, by, comment });
    bench.turn();
    count
}

#[test]
fn a_delay_wakes_at_its_time_and_hands_its_input_on() {
    for config in ["for: 10m", "for: 600", "for: '{{ 5 + 5 }}m'", "until: '2023-11-14T22:23:20Z'"] {
        let nap = format!("name: nap, handler: delay, config: {{{config}}}, next: out");
        let mut bench = Bench::of(&[&nap, "name: out, handler: output"]).start(json!({"a": 1}));
        let until = bench.now.plus_ms(600_000);
        assert_eq!(wake_at(&bench.organism, &bench.state), Some(until), "{config}");
        let parked = Parked { waits_for: WaitsFor::Delay, until: Some(until) };
        assert_eq!(bench.state.parked(bench.now), Some(parked));
        bench.pass_ms(599_999);
        assert!(bench.state.end.is_none());
        bench.pass_ms(1);
        assert_eq!(bench.output(), json!({"a": 1}));
    }
}

#[test]
fn a_time_that_has_passed_is_no_wait() {
    let listener = "name: nap, handler: delay, config: {until: '{{ input.at }}'}";
    let bench = Bench::of(&[listener]).start(json!({"at": "2001-01-01T00:00:00+01:00"}));
    assert_eq!(bench.output()["at"], "2001-01-01T00:00:00+01:00");
}

#[test]
fn what_is_no_time_fails_the_step_and_says_what_is() {
    for (config, code) in [
        ("for: '{{ input }}'", "invalid_duration"),
        ("until: '{{ input }}'", "invalid_time"),
        ("until: '{{ 7 }}'", "invalid_time"),
        ("until: '2999-01-01T00:00:0{{ 0 }}Z'", "invalid_time"),
        ("for: '{{ 366 }}d'", "invalid_duration"),
    ] {
        let bench =
            Bench::of(&[&format!("name: nap, handler: delay, config: {{{config}}}")]).start(json!("soon"));
        assert_eq!(bench.error().0, code, "{config}");
    }
}

#[test]
fn a_person_decides_once_and_the_message_goes_on_with_their_word() {
    for (verdict, word) in [(Verdict::Approve, "approve"), (Verdict::Reject, "reject")] {
        let mut bench = approval("");
        bench.pass_ms(5_000);
        assert_eq!(
            bench.state.parked(bench.now),
            Some(Parked { waits_for: WaitsFor::Approval, until: None })
        );
        assert_eq!(wake_at(&bench.organism, &bench.state), None);
        assert!(resolve(&mut bench, verdict) > 0);
        let at = bench.now.to_string();
        let approval = json!({"decision": word, "by": "ann@example.com", "at": at, "comment": "fine"});
        assert_eq!(bench.output(), json!({"amount": 7, "approval": approval}));
        assert_eq!(resolve(&mut bench, Verdict::Reject), 0);
    }
}

#[test]
fn the_question_is_recorded_for_whoever_asks() {
    let bench = approval(", deadline: 2d");
    let Some((_, Event::Waiting { awaits, .. })) = bench.events.last() else { panic!() };
    let said = serde_json::to_value(awaits).unwrap();
    assert_eq!((&said["message"], &said["default"]), (&json!("Refund 7?"), &json!("reject")));
    assert_eq!(awaits.until(), Some(bench.now.plus_ms(172_800_000)));
}

#[test]
fn at_the_deadline_the_default_decides() {
    for (default, word) in [("", "reject"), (", default: approve", "approve")] {
        let mut bench = approval(&format!(", deadline: 2d{default}"));
        bench.pass_ms(172_800_000);
        let approval = &bench.output()["approval"];
        assert_eq!((&approval["decision"], &approval["by"]), (&json!(word), &json!(null)));
    }
}

#[test]
fn the_first_word_counts_even_at_the_deadline() {
    let mut bench = approval(", deadline: 2d");
    bench.now = bench.now.plus_ms(172_800_000);
    assert!(resolve(&mut bench, Verdict::Approve) > 0);
    assert_eq!(bench.output()["approval"]["decision"], "approve");
    assert_eq!(bench.count("passed"), 2);
}

#[test]
fn an_input_that_is_no_object_is_kept_beside_the_approval() {
    let mut bench = Bench::of(&["name: ask, handler: approval, config: {message: ok?}"]).start(json!([1]));
    resolve(&mut bench, Verdict::Approve);
    assert_eq!(bench.output()["input"], json!([1]));
}

#[test]
fn nobody_decides_a_delay() {
    let mut bench = Bench::of(&["name: nap, handler: delay, config: {for: 1h}"]).start(json!(1));
    assert_eq!(resolve(&mut bench, Verdict::Approve), 0);
}

#[test]
fn a_wait_outlives_its_node() {
    let mut bench = approval(", deadline: 2d");
    bench.state = bench.replayed(bench.events.len());
    assert!(bench.state.open_steps().is_empty());
    assert_eq!(wake_at(&bench.organism, &bench.state), Some(Timestamp::from_millis(1_700_172_800_000)));
    assert!(resolve(&mut bench, Verdict::Approve) > 0);
    assert_eq!(bench.output()["approval"]["decision"], "approve");
}

#[test]
fn what_is_due_first_is_named_and_work_is_no_wait() {
    let listeners = [
        "name: start, handler: set, config: {payload: 0}, next: [nap, ask, work]",
        "name: nap, handler: delay, config: {for: 1h}",
        "name: ask, handler: approval, config: {message: ok?, deadline: 10m}",
        "name: work, handler: http, config: {url: u}",
    ];
    let mut bench = Bench::of(&listeners).start(json!(1));
    assert_eq!(bench.state.parked(bench.now), None);
    bench.finish("work", json!(1));
    let parked = bench.state.parked(bench.now).unwrap();
    assert_eq!((parked.waits_for, parked.until), (WaitsFor::Approval, Some(bench.now.plus_ms(600_000))));
}

#[test]
fn who_is_asked_what_is_known_until_it_is_decided() {
    let mut bench = approval(", deadline: 2d");
    let asked: Vec<_> =
        bench.state.asked(&bench.organism).map(|asked| (asked.listener, asked.awaited)).collect();
    assert!(matches!(asked[..], [("ask", Some(Awaited::Person { .. }))]), "{asked:?}");
    assert!(bench.replayed(bench.events.len()).asks());
    resolve(&mut bench, Verdict::Approve);
    assert!(!bench.state.asks());
}
