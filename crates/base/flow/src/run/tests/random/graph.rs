use serde_json::json;

use super::Tape;
use crate::run::Budget;
use crate::run::tests::bench::Bench;

/// A flow of a few listeners of every kind, connected at random, started; its guards are narrow so that it ends soon.
pub(super) fn flow(tape: &mut Tape) -> Bench {
    let count = 2 + tape.below(7);
    let listeners: Vec<String> = (0..count).map(|number| listener(tape, number, count)).collect();
    let lines: Vec<&str> = listeners.iter().map(String::as_str).collect();
    let bench = Bench::with("max_messages: 25, max_tokens: 100000000, timeout: 2h", &lines);
    let budget = Budget { tokens: 100_000_000, active_ms: 7_200_000, steps: 400, depth: 0 };
    bench.start_within(json!({"n": 1}), Some(budget))
}

fn listener(tape: &mut Tape, number: usize, count: usize) -> String {
    let names = |tape: &mut Tape, most: usize| {
        let picked: Vec<String> =
            (0..tape.below(most + 1)).map(|_| format!("l{}", tape.below(count))).collect();
        format!("[{}]", picked.join(", "))
    };
    let next = names(tape, 2);
    let one = format!("l{}", tape.below(count));
    let on_error = ["fail", "continue", one.as_str()][tape.below(3)];
    let work = match tape.below(11) {
        0 | 1 => format!(
            "handler: http, config: {{url: u}}, retry: {{attempts: {}, backoff: 1s}}, next: {next}",
            1 + tape.below(3)
        ),
        2 => return format!("name: l{number}, handler: output"),
        3 => format!("handler: set, config: {{payload: '{{{{ input }}}}'}}, next: {next}"),
        4 => {
            let case = names(tape, 2);
            let otherwise = names(tape, 2);
            let when = ["input.n == 1", "now[18:19] in '02468'", "input.error is defined"][tape.below(3)];
            format!("handler: branch, cases: [{{when: \"{when}\", next: {case}}}], otherwise: {otherwise}")
        }
        5 => format!(
            "handler: merge, config: {{wait: {}}}, next: {next}",
            ["all", "first", "2", "3"][tape.below(4)]
        ),
        6 => {
            let peers = names(tape, 3);
            format!(
                "agent: true, prompt: p, max_turns: 3, memory: {}, peers: {peers}, next: {next}",
                tape.one_in(2)
            )
        }
        7 => format!(
            "handler: each, config: {{items: [1, {{n: 1}}, 3], do: {one}, concurrency: {}, on_item_error: {}}}, next: {next}",
            1 + tape.below(3),
            ["fail", "collect", "skip"][tape.below(3)],
        ),
        8 => format!("handler: delay, config: {{for: {}s}}, next: {next}", tape.below(100)),
        9 => {
            let deadline = if tape.one_in(2) { ", deadline: 30s" } else { "" };
            format!("handler: approval, config: {{message: ok?{deadline}}}, next: {next}")
        }
        _ => {
            format!("handler: flow, config: {{flow: other}}, timeout: {}s, next: {next}", 1 + tape.below(90))
        }
    };
    format!("name: l{number}, {work}, on_error: {on_error}")
}
