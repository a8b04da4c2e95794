//! "A frame ends when …", `next`, `output`, `branch`, `steps`, `trigger`.

use serde_json::json;

use super::bench::Bench;

const OUT: &str = "name: out, handler: output";

#[test]
fn a_frame_without_outputs_answers_with_its_dead_ends_none_one_or_a_list_in_journal_order() {
    let none = Bench::of(&[
        "name: a, handler: branch, cases: [{when: 'false', next: b}]",
        "name: b, handler: http, config: {url: u}",
    ]);
    assert_eq!(none.start(json!(1)).output(), json!(null));

    let one = Bench::of(&["name: a, handler: set, config: {payload: {x: '{{ input }}'}}"]);
    assert_eq!(one.start(json!(1)).output(), json!({"x": 1}));

    let mut several = Bench::of(&[
        "name: a, handler: set, config: {payload: 1}, next: [b, c]",
        "name: b, handler: http, config: {url: u}",
        "name: c, handler: http, config: {url: u}",
    ])
    .start(json!(1));
    several.finish("c", json!("c"));
    several.finish("b", json!("b"));
    assert_eq!(several.output(), json!(["c", "b"]));
}

#[test]
fn outputs_come_before_dead_ends_and_the_first_is_the_reply() {
    let mut bench = Bench::of(&[
        "name: a, handler: set, config: {payload: 1}, next: [b, c, d]",
        "name: b, handler: http, config: {url: u}, next: out",
        "name: c, handler: http, config: {url: u}, next: out",
        "name: d, handler: http, config: {url: u}",
        "name: out, handler: output, config: {payload: {got: '{{ input }}'}, status: '{{ 201 }}'}",
    ])
    .start(json!(1));
    bench.finish("d", json!("d"));
    bench.finish("c", json!("c"));
    let reply = bench.state.reply.clone().unwrap();
    assert_eq!((reply.payload.json(), reply.status), (&json!({"got": "c"}), Some(201)));
    bench.finish("b", json!("b"));
    assert_eq!(bench.output(), json!([{"got": "c"}, {"got": "b"}]));
}

#[test]
fn a_branch_takes_the_first_case_that_holds_and_hands_its_input_on_unchanged() {
    let route = "name: route, handler: branch, cases: [{when: 'input.n > 10', next: big}, {when: 'input.n > 5', next: middle}], otherwise: small";
    let set = |name: &str| {
        format!("name: {name}, handler: set, config: {{payload: ['{name}', '{{{{ input }}}}']}}")
    };
    let (big, middle, small) = (set("big"), set("middle"), set("small"));
    for (n, name) in [(11, "big"), (6, "middle"), (1, "small")] {
        let bench = Bench::of(&[route, &big, &middle, &small]).start(json!({"n": n}));
        assert_eq!(bench.output(), json!([name, {"n": n}]));
    }
}

#[test]
fn steps_are_the_latest_outputs_of_ancestors_and_of_nobody_else() {
    let bench = Bench::of(&[
        "name: a, handler: set, config: {payload: '{{ input + 1 }}'}, next: [again, other]",
        "name: again, handler: branch, cases: [{when: 'input < 3', next: a}], otherwise: tell",
        "name: other, handler: set, config: {payload: other}, next: stop",
        "name: stop, handler: branch, cases: [{when: 'false', next: tell}]",
        "name: tell, handler: set, config: {payload: ['{{ steps.a }}', '{{ steps.other is defined }}', '{{ trigger.method }}']}",
    ])
    .start(json!(0));
    assert_eq!(bench.output(), json!([3, false, "POST"]));
}

#[test]
fn a_merge_sees_the_union_of_what_its_branches_saw() {
    let bench = Bench::of(&[
        "name: a, handler: set, config: {payload: a}, next: [b, c]",
        "name: b, handler: set, config: {payload: b}, next: m",
        "name: c, handler: set, config: {payload: c}, next: m",
        "name: m, handler: merge, next: tell",
        "name: tell, handler: set, config: {payload: '{{ steps.a ~ steps.b ~ steps.c ~ steps.m[1] }}'}",
    ])
    .start(json!(0));
    assert_eq!(bench.output(), json!("abcc"));
}

#[test]
fn a_command_that_comes_too_late_decides_nothing() {
    use crate::run::{Command, Spent, Verdict};
    let mut bench = Bench::of(&["name: a, handler: http, config: {url: u}, next: out", OUT]).start(json!(1));
    let step = bench.step("a");
    bench.finish("a", json!(2));
    for command in [
        Command::Finish { step, outcome: Ok((json!(3), None)) },
        Command::Interrupt(step),
        Command::Resolve { wait: step, verdict: Verdict::Approve, by: None, comment: None },
        Command::Return { step, outcome: Ok(json!(3)), spent: Spent::default() },
        Command::Expire,
    ] {
        assert_eq!(bench.decide(command), 0);
    }
    assert_eq!(bench.output(), json!(2));
    assert_eq!(bench.count("ended"), 1);
}
