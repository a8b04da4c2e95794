//! "Replay": from a step, what was recorded beside and before it is adopted.

use serde_json::json;

use super::bench::{Bench, fingerprint, usage};
use crate::Payload;
use crate::run::{Command, Event, Failure, MOST_ADOPTED, Seq, State, Unadoptable, adopt};

/// A new execution of `other`'s text that runs `bench` again from an event.
fn again_on(other: &Bench, bench: &Bench, from: Seq) -> Result<Bench, Unadoptable> {
    let recorded: Vec<Event> = bench.events.iter().map(|(_, event)| event.clone()).collect();
    let mut events = adopt(&other.organism, &recorded, from, Payload::new(json!({"replayOf": "e"})))?;
    if let (Event::Started { budget, .. }, Event::Started { budget: own, .. }) =
        (&mut events[0], &recorded[0])
    {
        assert!(budget.is_none());
        // Random flows end soon by their budget alone.
        *budget = *own;
    }
    let mut again = Bench {
        organism: other.organism.clone(),
        catalogue: other.catalogue.clone(),
        state: State::new("e", bench.now),
        events: Vec::new(),
        now: bench.now,
    };
    again.decide(Command::Adopt(events));
    again.turn();
    assert_eq!(fingerprint(&again.replayed(again.events.len())), fingerprint(&again.state));
    Ok(again)
}

pub(super) fn again(bench: &Bench, from: Seq) -> Result<Bench, Unadoptable> {
    again_on(bench, bench, from)
}

fn scheduled(bench: &Bench, listener: &str) -> Seq {
    let found = bench.events.iter().position(|(_, event)| match event {
        Event::Scheduled { listener: own, .. } => **own == *listener,
        _ => false,
    });
    Seq(u32::try_from(found.unwrap()).unwrap())
}

fn wrong() -> Failure {
    Failure::permanent("wrong", "no")
}

const CHAIN: [&str; 3] = [
    "name: a, handler: http, config: {url: u}, next: b",
    "name: b, handler: http, config: {url: u}, next: c",
    "name: c, handler: output",
];

#[test]
fn what_lies_before_the_step_is_not_done_again() {
    let mut first = Bench::of(&CHAIN).start(json!(1));
    first.outcome(first.step("a"), Ok((json!("from a"), usage(50))));
    first.fail("b", wrong());
    let from = scheduled(&first, "b");
    for seq in [from, Seq(from.0 + 1)] {
        let mut second = again(&first, seq).unwrap();
        assert_eq!(second.kinds(), ["started", "scheduled", "finished", "scheduled"]);
        assert_eq!(second.names_running(), ["b"]);
        assert_eq!(second.prepared(second.step("b")).input.json(), &json!("from a"));
        assert_eq!(second.state.tokens_used, 0, "nothing is paid twice");
        second.finish("b", json!("from b"));
        assert_eq!(second.output(), json!("from b"));
    }
    assert_eq!(again(&first, Seq(0)).unwrap().names_running(), ["a"]);
}

const FORK: [&str; 4] = [
    "name: begin, handler: set, config: {payload: 1}, next: [left, right]",
    "name: left, handler: http, config: {url: u}, next: both",
    "name: right, handler: http, config: {url: u}, next: both",
    "name: both, handler: merge, config: {wait: all}",
];

#[test]
fn a_sibling_keeps_its_answer_whenever_it_came_and_is_asked_again_without_one() {
    let mut first = Bench::of(&FORK).start(json!(null));
    let right = first.step("right");
    first.finish("left", json!("l"));
    first.finish("right", json!("r"));
    for (from, other) in [(scheduled(&first, "left"), "left"), (right, "right")] {
        let mut second = again(&first, from).unwrap();
        assert_eq!(second.names_running(), [other]);
        second.finish(other, json!("new"));
        let expected = if other == "left" { json!(["new", "r"]) } else { json!(["l", "new"]) };
        assert_eq!(second.output(), expected);
    }
    let merged = again(&first, first.latest("merged")).unwrap();
    assert_eq!(merged.output(), json!(["l", "r"]));

    let mut failed = Bench::of(&FORK).start(json!(null));
    failed.fail("left", wrong());
    let again = again(&failed, scheduled(&failed, "left")).unwrap();
    assert_eq!(again.names_running(), ["left", "right"], "what had no answer runs again");
    let mut failed = Bench::of(&FORK).start(json!(null));
    failed.finish("right", json!("r"));
    failed.fail("left", wrong());
    let again = self::again(&failed, scheduled(&failed, "right")).unwrap();
    assert_eq!(again.names_running(), ["left", "right"], "what failed it all runs again");
}

const AGENT: [&str; 4] = [
    "name: boss, agent: true, prompt: p, peers: [look, work], next: out",
    "name: look, handler: http, config: {url: u}",
    "name: work, handler: http, config: {url: u}",
    "name: out, handler: output",
];

fn conversation() -> Bench {
    let mut bench = Bench::of(&AGENT).start(json!("go"));
    bench.calls("boss", &[("look", json!({})), ("work", json!({}))]);
    bench.finish("look", json!("seen"));
    bench.finish("work", json!("done"));
    bench.calls("boss", &[("nobody", json!({}))]);
    bench.says("boss", "the end");
    bench
}

fn heard(bench: &Bench) -> Vec<String> {
    let config = bench.prepared(bench.step("boss")).config;
    let tools = config["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "tool");
    tools.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_agent_goes_on_from_a_turn_without_asking_for_the_turns_before_it() {
    let first = conversation();
    let turned = first.latest("turned");
    let second = again(&first, turned).unwrap();
    assert_eq!(second.names_running(), ["boss"]);
    assert_eq!((heard(&second), second.count("turned")), (vec!["seen".to_owned(), "done".to_owned()], 1));
    let last = again(&first, first.latest("finished")).unwrap();
    assert_eq!((heard(&last).len(), last.count("turned")), (3, 2));
    assert_eq!(again(&first, scheduled(&first, "boss")).unwrap().kinds(), ["started", "scheduled"]);
}

#[test]
fn a_call_is_made_again_with_the_answers_of_the_calls_beside_it() {
    let first = conversation();
    let call = first.events.iter().position(|(_, event)| event.kind() == "called").unwrap();
    let mut second = again(&first, Seq(u32::try_from(call).unwrap())).unwrap();
    assert_eq!(second.names_running(), ["look"]);
    second.finish("look", json!("seen anew"));
    assert_eq!(
        (heard(&second), second.count("turned")),
        (vec!["seen anew".to_owned(), "done".to_owned()], 1)
    );
    second.says("boss", "ok");
    assert_eq!(second.output(), json!("ok"));
}

#[test]
fn an_item_is_done_again_with_the_answers_of_the_other_items() {
    let list = |mode: &str| {
        let rows = format!(
            "name: rows, handler: each, config: {{items: [1, 2, 3], do: work, concurrency: 1, on_item_error: {mode}}}"
        );
        Bench::of(&[&rows, "name: work, handler: http, config: {url: u}"]).start(json!(null))
    };
    let mut first = list("collect");
    for item in ["a", "b", "c"] {
        first.finish("work", json!(item));
    }
    let mut second = again(&first, scheduled(&first, "work")).unwrap();
    assert_eq!(second.names_running(), ["work"]);
    second.finish("work", json!("z"));
    assert_eq!(second.output(), json!(["z", "b", "c"]));
    assert_eq!(again(&first, first.latest("gathered")).unwrap().count("answered"), 0, "the whole list");

    let mut failed = list("fail");
    failed.finish("work", json!("a"));
    failed.fail("work", wrong());
    let mut second = again(&failed, failed.latest("failed")).unwrap();
    second.finish("work", json!("b"));
    second.finish("work", json!("c"));
    assert_eq!(second.output(), json!(["a", "b", "c"]));
}

#[test]
fn a_wait_begins_anew_and_a_branch_is_decided_anew() {
    let first = Bench::of(&[
        "name: nap, handler: delay, config: {for: 10s}, next: route",
        "name: route, handler: branch, cases: [{when: input.n == 1, next: one}], otherwise: other",
        "name: one, handler: output",
        "name: other, handler: output, config: {payload: other}",
    ]);
    let mut first = first.start(json!({"n": 1}));
    first.pass_ms(10_000);
    let second = again(&first, Seq(2)).unwrap();
    assert_eq!((second.kinds(), second.state.end.is_none()), (vec!["started", "waiting"], true));
    let changed = Bench::of(&[
        "name: nap, handler: delay, config: {for: 10s}, next: route",
        "name: route, handler: branch, cases: [{when: input.n == 2, next: one}], otherwise: other",
        "name: one, handler: output",
        "name: other, handler: output, config: {payload: other}",
    ]);
    assert_eq!(again_on(&changed, &first, Seq(3)).unwrap().output(), json!("other"));
}

#[test]
fn a_text_that_does_not_carry_on_what_was_recorded_is_refused_by_name() {
    let mut first = Bench::of(&CHAIN).start(json!(1));
    first.finish("a", json!(1));
    first.fail("b", wrong());
    let refused = |listeners: &[&str]| {
        again_on(&Bench::of(listeners), &first, scheduled(&first, "b")).err().unwrap().to_string()
    };
    assert_eq!(
        refused(&["name: a, handler: http, config: {url: u}, next: c", CHAIN[2]]),
        "`a` handed its answer to `b`, and hands it to `c` now"
    );
    assert_eq!(refused(&[CHAIN[1], CHAIN[2]]), "the flow began at `a`, and begins at `b` now");
    let kind = refused(&["name: a, handler: merge, config: {wait: all}, next: b", CHAIN[1], CHAIN[2]]);
    assert_eq!(kind, "`a` does another kind of work now");
    let fixed = Bench::of(&[CHAIN[0], "name: b, handler: set, config: {payload: fixed}, next: c", CHAIN[2]]);
    assert_eq!(again_on(&fixed, &first, scheduled(&first, "b")).unwrap().output(), json!("fixed"));
}

#[test]
fn what_is_no_step_is_refused() {
    let mut first = Bench::of(&CHAIN).start(json!(1));
    first.fail("a", wrong());
    let refused = |seq| again(&first, Seq(seq)).err().unwrap();
    assert_eq!(refused(9), Unadoptable::NoStep { seq: Seq(9), last: Seq(3) });
    assert_eq!(refused(3), Unadoptable::NotAStep { seq: Seq(3), kind: "ended" });
    let many: Vec<Event> = vec![first.events[0].1.clone(); MOST_ADOPTED + 1];
    assert_eq!(adopt(&first.organism, &many, Seq(0), Payload::default()), Err(Unadoptable::TooLong));
}

#[test]
fn a_whole_conversation_can_be_run_again_from_anywhere() {
    let first = conversation();
    let turned = first.count("turned");
    for number in 0..first.events.len() - 1 {
        match again(&first, Seq(u32::try_from(number).unwrap())) {
            Ok(second) => assert!(second.count("turned") <= turned),
            Err(refusal) => assert!(matches!(refusal, Unadoptable::NotAStep { kind: "answered", .. })),
        }
    }
}
