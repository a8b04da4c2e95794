use flow::run::{Command, Failure, Ready, TokenId, ready, scope};
use kit::{Sources, Timestamp};

use super::run::Run;
use crate::{Outcome, Registry};

/// Steps of one turn; more wait for the next one, after a commit.
const MOST_STEPS: usize = 256;
/// Milliseconds of one turn.
const MOST_MS: i64 = 10;

/// Does all that needs nothing from outside, and schedules what does.
///
/// Answers whether there is more of it to do after a commit.
pub(super) fn turn(run: &mut Run, registry: &Registry, sources: &Sources) -> bool {
    let begun = sources.clock.now();
    let mut steps = 0;
    loop {
        let now = sources.clock.now();
        let doable: Vec<Ready> = ready(&run.plan.organism, &run.state, now)
            .into_iter()
            .filter(|item| !matches!(item, Ready::Run { .. }))
            .collect();
        if doable.is_empty() {
            return false;
        }
        for item in doable {
            if steps >= MOST_STEPS || now.since_ms(begun) >= MOST_MS {
                return true;
            }
            steps += 1;
            let command = match item {
                Ready::Core(token) => Command::Pass(token),
                Ready::Outside(token) => Command::Schedule(token),
                Ready::Due(token) => Command::Wake(token),
                Ready::Turn(token) => {
                    let outcome = answer(run, registry, token, now);
                    Command::Answer { token, outcome }
                }
                Ready::Run { .. } => continue,
            };
            run.decide(command, now, sources.entropy.unit());
        }
    }
}

/// A handler of the turn takes its message.
fn answer(
    run: &mut Run,
    registry: &Registry,
    token: TokenId,
    now: Timestamp,
) -> Result<serde_json::Value, Failure> {
    let Some((name, config)) = run.state.turn_config(&run.plan.organism, token) else {
        return Err(Failure::permanent("gone", "the message is gone"));
    };
    let surroundings = run.surroundings(now, 0.0);
    let scope = scope(&run.state, token, &surroundings, None);
    let config =
        config.render(&scope).map_err(|error| Failure::permanent("expression", error.to_string()))?;
    let Some(handler) = registry.turn(name) else {
        return Err(Failure::permanent("unknown_handler", format!("this server has no handler `{name}`")));
    };
    let outcome = handler.run(config, &scope.input);
    match outcome {
        Outcome::Done(answer) => {
            run.remember(answer.kv_writes);
            Ok(answer.output)
        }
        Outcome::Failed(failure) => Err(failure),
    }
}
