use kit::Timestamp;

use super::state::Stage;
use super::{Seq, State, TokenId};
use crate::organism::{Organism, Work};

/// Something that can be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// The core decides it: answer with [`super::Command::Pass`].
    Core(TokenId),
    /// A handler of the turn: answer with [`super::Command::Answer`].
    Turn(TokenId),
    /// A step with an effect: schedule it with [`super::Command::Schedule`], commit, then run it.
    Outside(TokenId),
    /// A committed step whose time has come: run it, unless it runs already.
    Run {
        /// The message it takes.
        token: TokenId,
        /// The step's id.
        step: Seq,
        /// Counted from 1.
        attempt: u32,
    },
}

/// What can be done now, in the order of the messages.
pub fn ready(organism: &Organism, state: &State, now: Timestamp) -> Vec<Ready> {
    let tokens = state.tokens.iter();
    tokens
        .filter_map(|(id, token)| match (&token.stage, token.step()) {
            (Stage::Ready, _) => Some(match organism.listener(token.at).work {
                Work::Branch { .. } | Work::Merge(_) | Work::Output { .. } => Ready::Core(*id),
                Work::Turn { .. } => Ready::Turn(*id),
                Work::Outside { .. } | Work::Agent(_) => Ready::Outside(*id),
            }),
            (_, Some(step)) if step.due <= now => {
                Some(Ready::Run { token: *id, step: step.seq, attempt: step.attempt + step.interruptions })
            }
            _ => None,
        })
        .collect()
}

/// When something falls due by itself: the next attempt of a step, or the end of the active time.
pub fn wake_at(organism: &Organism, state: &State) -> Option<Timestamp> {
    if state.end.is_some() {
        return None;
    }
    let timeout = i64::try_from(organism.timeout_ms).unwrap_or(i64::MAX);
    let attempts = state.tokens.values().filter_map(|token| token.step()).map(|step| step.due);
    attempts.chain([state.started_at.plus_ms(timeout)]).min()
}
