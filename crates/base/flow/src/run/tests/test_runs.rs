//! Test runs: pinned answers stand in for work, and one listener can be run alone.

use serde_json::json;

use super::bench::{Bench, fingerprint};
use crate::run::{Event, Failure, Timeline, past};

/// A page is fetched, its number is added to one, and the answer goes out.
const FETCH: [&str; 4] = [
    "name: fetch, handler: http, config: {url: u}, next: sum, on_error: sorry",
    "name: sum, handler: set, config: {payload: '{{ steps.fetch.n + 1 }}'}, next: out",
    "name: sorry, handler: output, config: {payload: sorry}",
    "name: out, handler: output",
];

#[test]
fn a_pinned_answer_stands_in_for_the_work_and_is_told_as_such() {
    let bench = Bench::of(&FETCH).try_out(json!(null), None, &[("fetch", json!({"n": 41}))]);
    assert_eq!(bench.output(), json!(42));
    assert_eq!(bench.count("scheduled"), 0, "nothing was called");
    let mut timeline = Timeline::default();
    let told: Vec<_> = bench.events.iter().map(|(at, event)| timeline.read(event, *at)).collect();
    let pinned: Vec<_> = told.iter().filter(|told| told.pinned).map(|told| told.listener.clone()).collect();
    assert_eq!(pinned, [Some("fetch".into())]);
}

#[test]
fn a_listener_that_is_tested_alone_is_really_run_and_hands_its_answer_to_nobody() {
    let pins = [("fetch", json!({"n": 1})), ("sum", json!("never"))];
    let mut bench = Bench::of(&FETCH).try_out(json!("go"), Some("fetch"), &pins);
    assert_eq!(bench.prepared(bench.step("fetch")).input.json(), &json!("go"));
    bench.finish("fetch", json!({"n": 7}));
    assert_eq!(bench.output(), json!({"n": 7}));
    assert_eq!(bench.kinds(), ["started", "scheduled", "finished", "ended"]);
}

#[test]
fn what_is_pinned_is_the_past_of_a_listener_that_is_tested_alone() {
    let bench = Bench::of(&FETCH).try_out(json!(null), Some("sum"), &[("fetch", json!({"n": 2}))]);
    assert_eq!(bench.output(), json!(3));
    let bench = Bench::of(&FETCH).try_out(json!(null), Some("sum"), &[]);
    assert!(bench.error().1.contains("fetch"), "{:?}", bench.error());
}

#[test]
fn the_failure_of_a_listener_that_is_tested_alone_is_the_failure_of_the_test() {
    let mut bench = Bench::of(&FETCH).try_out(json!(null), Some("fetch"), &[]);
    bench.fail("fetch", Failure::permanent("http_404", "nothing there"));
    assert_eq!(bench.error(), ("http_404".to_owned(), "fetch: nothing there".to_owned()));
}

#[test]
fn an_agent_that_is_tested_alone_calls_its_tools_and_pinned_tools_answer_at_once() {
    let mut bench = Bench::of(&[
        "name: boss, agent: true, prompt: Help., peers: [look, work], next: out",
        "name: look, handler: http, config: {url: u}",
        "name: work, handler: http, config: {url: u}",
        "name: out, handler: output",
    ])
    .try_out(json!("go"), Some("boss"), &[("look", json!("pinned"))]);
    bench.calls("boss", &[("look", json!({})), ("work", json!({}))]);
    assert_eq!(bench.names_running(), ["work"]);
    bench.finish("work", json!("done"));
    let heard = bench.prepared(bench.step("boss")).config["messages"].to_string();
    assert!(heard.contains("pinned") && heard.contains("done"), "{heard}");
    bench.says("boss", "that is it");
    assert_eq!(bench.output(), json!("that is it"));
}

#[test]
fn a_branch_a_merge_and_a_list_can_be_tested_alone() {
    let flow = [
        "name: way, handler: branch, cases: [{when: 'input.n > 1', next: items}], otherwise: out",
        "name: items, handler: each, config: {items: '{{ input.list }}', do: twice}, next: all",
        "name: twice, handler: set, config: {payload: '{{ input * 2 }}'}",
        "name: all, handler: merge, next: out",
        "name: out, handler: output",
    ];
    let branch = Bench::of(&flow).try_out(json!({"n": 2}), Some("way"), &[]);
    assert_eq!(branch.output(), json!(null));
    assert!(format!("{:?}", branch.events).contains("case-0"), "{:?}", branch.events);
    let list = Bench::of(&flow).try_out(json!({"list": [1, 2]}), Some("items"), &[]);
    assert_eq!(list.output(), json!([2, 4]));
    let merge = Bench::of(&flow).try_out(json!(5), Some("all"), &[]);
    assert_eq!(merge.output(), json!([5]));
}

#[test]
fn a_test_run_is_what_its_events_say() {
    let mut bench = Bench::of(&FETCH).try_out(json!("go"), Some("fetch"), &[("sum", json!(1))]);
    let middle = bench.events.len();
    assert_eq!(fingerprint(&bench.replayed(middle)), fingerprint(&bench.state));
    let kept = crate::run::State::restore(&bench.state.snapshot().unwrap()).unwrap();
    bench.finish("fetch", json!({"n": 7}));
    assert_eq!(fingerprint(&bench.replayed_from(kept, middle)), fingerprint(&bench.state));
}

#[test]
fn the_past_of_a_listener_is_its_latest_message_and_the_answers_before_it() {
    let mut bench = Bench::of(&FETCH).start(json!("go"));
    bench.finish("fetch", json!({"n": 7}));
    let events: Vec<Event> = bench.events.iter().map(|(_, event)| event.clone()).collect();
    let found = past(&events, "out").unwrap();
    assert_eq!(found.input.json(), &json!(8));
    let outputs: Vec<_> =
        found.outputs.iter().map(|(name, output)| (&**name, output.json().clone())).collect();
    assert_eq!(outputs, [("fetch", json!({"n": 7})), ("sum", json!(8))]);
    assert_eq!(past(&events, "fetch").unwrap().input.json(), &json!("go"));
    assert_eq!(past(&events, "sorry"), None);
}
