//! "Agents": turns, calls, what goes back to the model.

use serde_json::{Value as Json, json};

use super::bench::{Bench, usage};
use crate::run::{Command, Failure};

const TOOLS: [&str; 3] = [
    "name: look, handler: http, config: {url: u}, input: {type: object, required: [id], properties: {id: {type: string}}}",
    "name: work, handler: http, config: {url: u}, next: after",
    "name: after, handler: set, config: {payload: {seen: '{{ input }}'}}",
];

fn agent(keys: &str) -> Bench {
    let boss = format!("name: boss, agent: true, prompt: Help., peers: [look, work], {keys}");
    Bench::of(&[&boss, TOOLS[0], TOOLS[1], TOOLS[2], "name: out, handler: output"]).start(json!("go"))
}

fn boss() -> Bench {
    agent("next: out")
}

fn messages(bench: &Bench) -> Vec<Json> {
    bench.prepared(bench.step("boss")).config["messages"].as_array().unwrap().clone()
}

fn heard(bench: &Bench) -> Vec<String> {
    let all = messages(bench);
    let tools = all.iter().filter(|message| message["role"] == "tool");
    tools.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_calls_of_a_turn_run_in_parallel_and_come_back_in_the_order_of_the_calls() {
    let mut bench = boss();
    bench.calls("boss", &[("work", json!({})), ("look", json!({"id": "7"})), ("work", json!({}))]);
    assert_eq!(bench.names_running(), ["work", "look", "work"]);
    bench.finish("look", json!("found"));
    let second = bench.running()[1].0;
    bench.outcome(second, Ok((json!(2), None)));
    assert!(!bench.names_running().contains(&"boss".to_owned()), "the next turn waits for all answers");
    bench.finish("work", json!(1));
    assert_eq!(heard(&bench), [r#"{"seen":1}"#, "found", r#"{"seen":2}"#]);
    bench.says("boss", "done");
    assert_eq!(bench.output(), json!("done"));
}

#[test]
fn a_turn_is_recorded_with_all_its_calls_before_any_of_them_runs() {
    let mut bench = boss();
    bench.calls("boss", &[("work", json!({})), ("look", json!({"id": "7"}))]);
    assert_eq!(
        bench.kinds(),
        ["started", "scheduled", "turned", "called", "called", "scheduled", "scheduled"]
    );
}

#[test]
fn a_call_that_cannot_be_made_goes_back_to_the_model_as_a_result() {
    let mut bench = boss();
    bench.calls(
        "boss",
        &[("nobody", json!({})), ("out", json!({})), ("look", json!({})), ("look", json!("x"))],
    );
    let heard = heard(&bench);
    assert_eq!(heard[..2], ["error: there is no tool `nobody`", "error: there is no tool `out`"]);
    assert!(heard[2].contains("id") && heard[3].contains("not a JSON object"), "{heard:?}");
}

#[test]
fn a_tool_that_fails_goes_back_to_the_model_as_a_result_and_takes_its_frame_with_it() {
    let mut bench = boss();
    bench.calls("boss", &[("work", json!({}))]);
    bench.fail("work", Failure::permanent("gone", "404 from the shop"));
    assert_eq!(heard(&bench), ["error: 404 from the shop"]);
    assert_eq!(bench.state.frames.len(), 1);
}

#[test]
fn an_answer_that_does_not_fit_is_corrected_and_costs_a_turn() {
    let mut bench = agent("output: {type: object, required: [n]}, max_turns: 3, next: out");
    bench.says("boss", "no json");
    bench.says("boss", "{\"m\": 1}");
    let last = messages(&bench).last().unwrap()["content"].as_str().unwrap().to_owned();
    assert!(last.contains("does not fit") && last.contains('n'), "{last}");
    bench.says("boss", "```json\n{\"n\": 1}\n```");
    assert_eq!((bench.output(), bench.count("corrected")), (json!({"n": 1}), 2));
}

#[test]
fn an_agent_that_does_not_come_to_an_end_fails_after_its_turns() {
    let mut bench = agent("max_turns: 2, on_error: continue, next: out");
    for _ in 0..2 {
        bench.calls("boss", &[("nobody", json!({}))]);
    }
    assert_eq!(bench.output()["error"]["code"], "max_turns");
}

#[test]
fn an_agent_may_always_address_itself() {
    let mut bench = boss();
    bench.calls("boss", &[("boss", json!({"part": 1}))]);
    assert_eq!(messages(&bench)[1]["content"], r#"{"part":1}"#);
    bench.says("boss", "inner");
    assert_eq!(heard(&bench), ["inner"]);
}

#[test]
fn tool_frames_do_not_see_the_steps_of_their_caller() {
    let mut bench = Bench::of(&[
        "name: a, handler: set, config: {payload: 1}, next: boss",
        "name: boss, agent: true, prompt: p, peers: [t]",
        "name: t, handler: set, config: {payload: '{{ steps.a is defined }}'}",
    ])
    .start(json!(0));
    bench.calls("boss", &[("t", json!({}))]);
    assert_eq!(heard(&bench), ["false"]);
}

#[test]
fn no_committed_turn_is_asked_for_again_after_a_crash() {
    let mut bench = boss();
    bench.calls("boss", &[("work", json!({}))]);
    bench.state = bench.replayed(bench.events.len());
    for step in bench.state.open_steps() {
        bench.decide(Command::Interrupt(step));
    }
    bench.turn();
    assert_eq!(bench.names_running(), ["work"]);
    bench.finish("work", json!(1));
    assert_eq!(heard(&bench), [r#"{"seen":1}"#]);
    assert_eq!(bench.count("turned"), 1);
}

#[test]
fn a_memory_lives_within_a_frame() {
    let mut bench = Bench::of(&[
        "name: boss, agent: true, prompt: p, memory: true, next: more",
        "name: more, handler: branch, cases: [{when: 'input == \"again\"', next: boss}]",
    ])
    .start(json!("one"));
    bench.says("boss", "again");
    let said: Vec<Json> = messages(&bench).iter().map(|message| message["content"].clone()).collect();
    assert_eq!(said, [json!("p"), json!("one"), json!("again"), json!("again")]);

    let mut bench = Bench::of(&[
        "name: rows, handler: each, config: {items: '{{ input }}', do: boss}",
        "name: boss, agent: true, prompt: p, memory: true",
    ])
    .start(json!(["one", "two"]));
    bench.says("boss", "x");
    assert_eq!(messages(&bench).len(), 2);
    assert!(bench.state.memories.is_empty());
}

#[test]
fn a_model_that_calls_without_end_in_one_answer_is_heard_up_to_a_limit() {
    let mut bench = boss();
    let calls: Vec<(&str, Json)> = (0..1_000).map(|_| ("nobody", json!({}))).collect();
    bench.calls("boss", &calls);
    assert_eq!(heard(&bench).len(), 128);
}

#[test]
fn what_the_flow_says_of_models_holds_where_a_listener_says_nothing() {
    let text = "organism: {name: x}
llm: {model: big, strategy: round-robin, retries: 4, similarity: 0.9}
listeners:
  - {name: a, description: d, agent: true, prompt: p, next: b}
  - {name: b, description: d, handler: prompt, config: {prompt: hi}, retry: {attempts: 2}, next: c}
  - {name: c, description: d, handler: prompt, config: {prompt: hi, model: small}}
";
    let mut bench = Bench::read(text).start(json!(1));
    let said = |bench: &Bench, name: &str| {
        let config = bench.prepared(bench.step(name)).config;
        assert_eq!(config["similarity"], json!(0.9));
        (config["model"].clone(), config["strategy"].clone())
    };
    assert_eq!(said(&bench, "a"), (json!("big"), json!("round-robin")));
    bench.says("a", "done");
    assert_eq!(said(&bench, "b"), (json!("big"), json!("round-robin")));
    bench.finish("b", json!(1));
    assert_eq!(said(&bench, "c"), (json!("small"), json!("round-robin")));
    let attempts = |name: &str| bench.organism.listener(bench.organism.index(name).unwrap()).retry.attempts;
    assert_eq!((attempts("a"), attempts("b"), attempts("c")), (5, 2, 5));
}

#[test]
fn an_attempt_that_failed_after_it_was_paid_for_counts() {
    let mut bench =
        Bench::of(&["name: a, agent: true, prompt: p, retry: {attempts: 2, backoff: 1ms}"]).start(json!(1));
    let paid = |failure: Failure| Err(failure.with_usage(usage(40)));
    bench.outcome(bench.step("a"), paid(Failure::transient("cut", "half")));
    assert_eq!(bench.state.spent().tokens, 40);
    bench.pass_ms(10_000);
    bench.outcome(bench.step("a"), paid(Failure::permanent("declined", "no")));
    assert_eq!((bench.state.spent().tokens, bench.error().0.as_str()), (80, "declined"));
}
