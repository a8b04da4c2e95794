use serde_json::{Value as Json, json};

use super::Tape;
use crate::run::stage::Stage;
use crate::run::tests::bench::{Bench, fingerprint};
use crate::run::{Awaited, Command, Failure, Seq, Spent, State, Verdict, wake_at};

/// Far more than the guards let any of these flows take.
const MOST_ACTIONS: usize = 20_000;

/// Lets the world answer at random until the execution ends; it must never stand still before.
pub(super) fn to_the_end(mut bench: Bench, tape: &mut Tape) -> Bench {
    let mut snapshot = None;
    for _ in 0..MOST_ACTIONS {
        if bench.state.end.is_some() {
            check_replay(&bench);
            return bench;
        }
        if tape.one_in(8) {
            // The fifth crash in one step ends it, and so may what is done at once after any crash.
            crash(&mut bench, snapshot.as_ref());
            continue;
        }
        act(&mut bench, tape);
        if tape.one_in(4) {
            check_replay(&bench);
        }
        if tape.one_in(6) {
            snapshot = Some((bench.state.snapshot().unwrap(), bench.events.len()));
        }
    }
    panic!("it does not end: {:?}", &bench.kinds()[..100]);
}

fn act(bench: &mut Bench, tape: &mut Tape) {
    let running = bench.running();
    let (people, flows) = (waiting(bench), bench.state.delegated().iter().copied().collect::<Vec<_>>());
    match tape.below(5) {
        3 if !people.is_empty() => resolve(bench, people[tape.below(people.len())], tape),
        4 if !flows.is_empty() => come_back(bench, flows[tape.below(flows.len())], tape),
        2 if !tape.is_over() => bench.pass_ms(1_000 * (1 + i64::try_from(tape.below(40)).unwrap())),
        _ if !running.is_empty() => {
            let (step, listener) = running[tape.below(running.len())].clone();
            answer(bench, step, &listener, tape);
        }
        _ => move_on(bench, &people, &flows, tape),
    }
}

/// Nothing runs: time passes up to the next alarm, else somebody decides.
fn move_on(bench: &mut Bench, people: &[Seq], flows: &[Seq], tape: &mut Tape) {
    if let Some(at) = wake_at(&bench.organism, &bench.state) {
        let pause_ms = at.since_ms(bench.now);
        assert!(pause_ms > 0, "what is due is done at once");
        bench.pass_ms(pause_ms);
    } else if let Some(wait) = people.first() {
        resolve(bench, *wait, tape);
    } else {
        let flow = flows.first().unwrap_or_else(|| panic!("it is stuck: {:?}", bench.state));
        come_back(bench, *flow, tape);
    }
}

fn answer(bench: &mut Bench, step: Seq, listener: &str, tape: &mut Tape) {
    let is_agent = bench.prepared(step).handler.as_ref() == "agent";
    let outcome = match tape.below(6) {
        4 => Err(Failure::transient("flaky", listener)),
        5 => Err(Failure::permanent("wrong", listener)),
        0 | 1 if is_agent => Ok(json!({"content": "done", "calls": []})),
        _ if is_agent => {
            let calls: Vec<Json> = (0..tape.below(4))
                .map(|n| json!({"id": format!("c{n}"), "name": format!("l{}", tape.below(9)), "arguments": {"n": n}}))
                .collect();
            Ok(json!({"content": null, "calls": calls}))
        }
        _ => Ok(json!({"n": tape.below(3)})),
    };
    bench.outcome(step, outcome.map(|output| (output, None)));
}

fn resolve(bench: &mut Bench, wait: Seq, tape: &mut Tape) {
    let verdict = if tape.one_in(2) { Verdict::Reject } else { Verdict::Approve };
    let events = bench.decide(Command::Resolve { wait, verdict, by: None, comment: None });
    assert!(events > 0, "the first word counts");
    bench.turn();
}

fn come_back(bench: &mut Bench, step: Seq, tape: &mut Tape) {
    let spent = Spent { tokens: 1, active_ms: 10, steps: 1 };
    let outcome =
        if tape.one_in(3) { Err(Failure::permanent("wrong", "there")) } else { Ok(json!({"n": 1})) };
    bench.decide(Command::Return { step, outcome, spent });
    bench.turn();
}

/// The node dies: another one replays what is recorded, from a snapshot where there is one, and goes on.
fn crash(bench: &mut Bench, snapshot: Option<&(String, usize)>) {
    bench.state = match snapshot {
        Some((snapshot, events)) => bench.replayed_from(State::restore(snapshot).unwrap(), *events),
        None => bench.replayed(bench.events.len()),
    };
    for step in bench.state.open_steps() {
        bench.decide(Command::Interrupt(step));
    }
    bench.turn();
}

/// Replaying what is recorded gives the state that deciding left, and nothing more to decide.
fn check_replay(bench: &Bench) {
    let mut replayed = bench.replayed(bench.events.len());
    assert_eq!(fingerprint(&replayed), fingerprint(&bench.state));
    let restored = State::restore(&bench.state.snapshot().unwrap()).unwrap();
    assert_eq!(fingerprint(&restored), fingerprint(&bench.state));
    let nothing = Command::Interrupt(Seq(u32::MAX));
    let events = crate::run::decide(&bench.organism, &mut replayed, nothing, &bench.surroundings());
    assert!(events.is_empty(), "a replay is settled: {events:?}");
}

fn waiting(bench: &Bench) -> Vec<Seq> {
    let stages = bench.state.tokens.values().map(|token| &token.stage);
    stages
        .filter_map(|stage| match stage {
            Stage::Waiting(seq, Awaited::Person { .. }) => Some(*seq),
            _ => None,
        })
        .collect()
}
